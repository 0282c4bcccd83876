"""See one customer's waiting messages through: understand, converse, store."""

from bot.reception.house import Counterhand
from bot.reception.reception import Reception

__all__ = ["Counterhand", "Reception"]
