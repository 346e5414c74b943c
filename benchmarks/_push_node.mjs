// Sends as node's web-push does, 100 at a time over connections that are kept. Prints the processor's microseconds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import https from "node:https";

const { folder, devices, text, vapid, inFlight, warmUp } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const webpush = createRequire(`${folder}/`)("web-push");
const agent = new https.Agent({ keepAlive: true, maxSockets: inFlight });
const options = { vapidDetails: vapid, TTL: 86400, urgency: "high", topic: "meldung1", agent };

async function sendAll(queue) {
  let next = 0;
  const one = async () => {
    while (next < queue.length) {
      const answer = await webpush.sendNotification(queue[next++], text, options);
      if (answer.statusCode !== 201) throw new Error(`answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
}

await sendAll(devices.slice(0, warmUp));
const before = process.cpuUsage();
await sendAll(devices.slice(warmUp));
const { user, system } = process.cpuUsage(before);
console.log(user + system);
agent.destroy();
