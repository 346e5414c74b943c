// On a narrow screen the row of sections scrolls: the current one is in sight.
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
