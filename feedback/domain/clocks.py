"""The clocks that run on a case (design: two clocks, limits of states, the urgent two hours)."""

from enum import StrEnum


class Clock(StrEnum):
    """A clock whose deadline a case carries.

    CITIZEN: from submission; no transfer, pause or send-back moves it.
    AGENCY: from assignment to the lead agency; a transfer restarts it.
    STATE: the limit of the state that the case is in.
    URGENT: two hours to contact, wall clock.
    STATUS_UPDATE: when the submitter is told next where their case stands, in a province that does so.
    """

    CITIZEN = "citizen"
    AGENCY = "agency"
    STATE = "state"
    URGENT = "urgent"
    STATUS_UPDATE = "status_update"
