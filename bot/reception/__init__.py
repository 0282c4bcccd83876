"""See one customer's waiting messages through: understand, converse, store."""

from bot.reception.house import Counterhand
from bot.reception.offering import Offering
from bot.reception.reception import Reception
from bot.reception.suggesting import Suggesting

__all__ = ["Counterhand", "Offering", "Reception", "Suggesting"]
