"""Greetings, thanks, good-byes, and what this counter can do."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.manners import MENU
from bot.dialogue.steps import Offer, Script, look_up, say, skill
from bot.shopfront.house import AboutTheShop


@skill("greet", small_talk=True)
def greet(customer: Customer) -> Script:
    house = yield from look_up(AboutTheShop())
    yield from say("greet.hello", *map(Offer, MENU[:2]), house=house, name=customer.name)


@skill("thank", small_talk=True)
def thank(customer: Customer) -> Script:
    yield from say("thank.welcome")


@skill("goodbye", small_talk=True, leaves=True)
def goodbye(customer: Customer) -> Script:
    yield from say("goodbye.bye")


@skill("help", small_talk=True)
def help_(customer: Customer) -> Script:
    yield from say("help.can_do", *map(Offer, MENU))
