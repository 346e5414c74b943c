"""What a worker knows of the relays under way, read anew every second."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from staffellauf.alerts.deciding import audience
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.ledger import cutting
from staffellauf.alerts.ledger.cutting import Public
from staffellauf.alerts.ledger.pushes import Pushes
from staffellauf.alerts.models import Relay

# An article that is withdrawn goes on being sent for so long at most.
KNOWN_FOR_S = 1.0
# So many are read in that time at most: when more are under way, as on a morning with many premieres, each is known for
# longer.
READ_AT_MOST = 100
# From so many on those are forgotten that nobody asked for lately.
KEPT = 200
FORGOTTEN_AFTER_S = 60.0
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class Known:
    read_s: float
    subject: Subject | None
    pushes: Pushes | None


class Subjects:
    def __init__(self) -> None:
        self.known: dict[int, Known] = {}
        self.publics: dict[int, Public] = {}
        self.expires: dict[int, datetime] = {}

    def of(self, relay_id: int, *, now: datetime, clock_s: float) -> Subject | None:
        """None when there is nothing to tell any more."""
        known = self.known.get(relay_id)
        lasts_s = KNOWN_FOR_S * max(1.0, len(self.known) / READ_AT_MOST)
        if known is None or clock_s - known.read_s >= lasts_s:
            known = self.known[relay_id] = self._read(relay_id, now=now, clock_s=clock_s)
        return known.subject

    def public(self, relay_id: int) -> Public:
        """Of a subject that was read."""
        return self.publics[relay_id]

    def pushes(self, relay_id: int) -> Pushes:
        """Of a subject that was read."""
        pushes = self.known[relay_id].pushes
        assert pushes
        return pushes

    def _read(self, relay_id: int, *, now: datetime, clock_s: float) -> Known:
        if len(self.known) >= KEPT:
            self._make_room(now=now, clock_s=clock_s)
        relay = Relay.objects.select_related("publication", "occasion").filter(pk=relay_id).first()
        subject = audience.subject_of(relay) if relay else None
        if relay is None or subject is None:
            return Known(clock_s, None, None)
        self.expires[relay_id] = relay.expires_at
        if relay_id not in self.publics or self.publics[relay_id].subject != subject:
            self.publics[relay_id] = cutting.public_of(subject)
        return Known(clock_s, subject, Pushes(subject, ttl=relay.ttl(now), now=now))

    def _make_room(self, *, now: datetime, clock_s: float) -> None:
        for relay_id in [pk for pk, known in self.known.items() if clock_s - known.read_s > FORGOTTEN_AFTER_S]:
            del self.known[relay_id]
            self.publics.pop(relay_id, None)
        # What is on its way may still be put off.
        self.expires = {pk: at for pk, at in self.expires.items() if pk in self.known or at > now - FORGOTTEN_AFTER}
