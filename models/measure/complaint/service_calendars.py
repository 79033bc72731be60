"""Working time of calendars, laid out once for many complaints."""

from datetime import datetime, time, timedelta

from ....tools.service_clock import merged_pauses, moment, running_seconds
from ....tools.working_time import segments
from ..engine.clock import working_intervals

# how far ahead a deadline is looked for, first and at last
NEAR = timedelta(days=45)
FAR = timedelta(days=900)
HOUR = 3600


class ServiceCalendars:
    """The segments of every calendar that a batch of complaints asks for.

    :param datetime first: naive UTC, the earliest start of a clock
    :param datetime now: the latest instant that matters, deadlines apart
    """

    def __init__(self, first, now, ahead=NEAR):
        self.first, self.now, self.ahead = first, now, ahead
        self.start = datetime.combine(first, time.min)
        self.stop = datetime.combine(now, time.min) + ahead
        self._found = {}  # {(calendar id, company id): [Segment]}
        self._wider = None

    def segments(self, calendar, company):
        """Working time of a calendar; without one, all the time is."""
        key = (calendar.id, company.id) if calendar else None
        if key not in self._found:
            intervals = working_intervals(calendar, company, self.start, self.stop)
            self._found[key] = segments(intervals, self.start, self.stop)
        return self._found[key]

    def hours(self, calendar, company, start, stop, pauses):
        """Hours that a clock ran between two instants."""
        found = self.segments(calendar, company)
        return running_seconds(found, start, stop, pauses) / HOUR

    def due(self, calendar, company, start, hours, pauses):
        """When so many hours have run.

        :return: naive UTC in whole seconds; None while a pause lasts, or where nobody
            works for years
        """
        seconds = max(1, round(hours * HOUR))
        found = moment(self.segments(calendar, company), start, seconds, pauses)
        if found:
            return found.replace(microsecond=0)
        if self.ahead >= FAR or any(stop is None for _, stop in merged_pauses(pauses)):
            return None
        if not self._wider:
            self._wider = ServiceCalendars(self.first, self.now, FAR)
        return self._wider.due(calendar, company, start, hours, pauses)
