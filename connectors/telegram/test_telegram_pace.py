"""How fast we may send, on a clock moved by hand."""

from connectors.telegram.pace import GROUP, PERSON, Meter, Pace


class HandClock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def taken(pace: Pace, chat: str, tries: int = 30) -> int:
    return sum(pace.wait(chat) == 0 for _ in range(tries))


def test_a_person_gets_a_burst_then_one_a_second() -> None:
    clock = HandClock()
    pace = Pace(clock)
    assert taken(pace, "1001") == PERSON.burst
    clock.now += 1
    assert taken(pace, "1001") == 1
    assert 0 < pace.wait("1001") <= 1
    assert taken(pace, "1002") == PERSON.burst
    clock.now += 60
    assert taken(pace, "1001") == PERSON.burst


def test_a_group_gets_no_more_than_twenty_in_any_minute() -> None:
    clock = HandClock()
    pace = Pace(clock)
    start, times = clock.now, []
    while clock.now < start + 180:
        if pace.wait("-500") == 0:
            times.append(clock.now)
        clock.now += 0.5
    for first in times:
        assert sum(first <= moment < first + 60 for moment in times) <= 20 + GROUP.burst
    assert len(times) >= 60


def test_places_in_the_line_are_kept() -> None:
    clock = HandClock()
    meter = Meter(PERSON, clock)
    waits = [meter.reserve("") for _ in range(PERSON.burst + 3)]
    assert waits == [0.0] * PERSON.burst + [1.0, 2.0, 3.0]
