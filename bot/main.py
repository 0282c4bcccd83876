"""Composition root: settings in, a working counter out. The only module that knows every class."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import pkgutil
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
import structlog

from bot.channel import Channel, Supplies
from bot.clock import SystemClock
from bot.config import EMBEDDED, ZONE, BotConfig, Settings
from bot.counter import FrontDesk
from bot.customers.profile import Trust
from bot.delivery import Delivery
from bot.desk.notices import open_notices
from bot.desk.office import Office, open_office
from bot.dialogue.replies import Replies
from bot.dialogue.state import Settings as Memory
from bot.embedding import backend_client
from bot.errors import Unavailable
from bot.handoff.hours import Shift
from bot.handoff.policy import Policy
from bot.linking import LinkingDoor
from bot.loading import load_canned, load_nlu, load_skills, load_words
from bot.media import MediaDoor
from bot.messages import Account
from bot.ports import Caller, Door, Names, Nlu
from bot.reception import Counterhand, Offering, Reception, Suggesting
from bot.shop import Backend, IdentityDoor, ShopDoor, ShopNames, open_shop
from bot.shopfront.catalogue import Stores
from bot.shopfront.house import AboutTheShop, Capable
from bot.shopfront.house import House as RetailHouse
from bot.staff import Desk, DeskDoor
from bot.storage import Storage, StorageSettings, exclusive, memory_storage, open_storage, upgrade

if TYPE_CHECKING:
    from bot.nlu import Linear

log = structlog.get_logger(__name__)

WORKERS = 8
CARRIERS = 8
NAMES_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 3600.0
OFFERS_EVERY_SECONDS = 2.0
PLACES_EVERY_SECONDS = 5.0
PULLED = frozenset({"webchat", "terminal"})
FREE = frozenset({"line"})


@dataclass(frozen=True)
class House:
    """A counter that is open: its doors, and what keeps it going."""

    settings: Settings
    clock: SystemClock
    backend: httpx.AsyncClient
    storage: Storage
    channels: Mapping[str, Channel]
    front_desk: FrontDesk
    reception: Reception
    office: Office
    probes: Mapping[str, Callable[[], Coroutine[Any, Any, object]]]


@asynccontextmanager
async def _understanding(
    settings: Settings, clock: SystemClock, loading: Awaitable[Linear]
) -> AsyncIterator[Nlu]:
    from bot.nlu import open_nlu

    async with open_nlu(settings, await loading, clock) as nlu:
        yield nlu


@asynccontextmanager
async def open_house(settings: Settings, *, durable: bool = True) -> AsyncIterator[House]:
    """Open everything below the HTTP interface; close it again in order.

    Not `durable`: talks are kept in memory, beside whatever process serves the database.
    """
    config, clock = settings.bot, SystemClock(settings.env.clock)
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(backend_client(settings, clock))
        storage = await stack.enter_async_context(_storage(settings, clock, durable))
        loading = asyncio.create_task(asyncio.to_thread(load_nlu))
        backend = Backend(http, clock)
        shop = open_shop(backend, settings.secret(), low_at=config.stock.low_at)
        names = ShopNames(backend)
        identity = IdentityDoor(shop, storage.customers)
        shop_door = ShopDoor(shop)
        stack.push_async_callback(shop_door.close)
        with contextlib.suppress(Unavailable):
            await names.refresh()
            await _warmed(shop_door, config.languages)
        brand = config.brand.name or await _shop_name(shop_door, config.languages[0])
        channels = _channels(settings, storage, clock, brand)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        replies = _replies(config)
        doors: dict[str, Door] = {
            "shop": shop_door,
            "faq": shop_door,
            "identity": identity,
            "channels": LinkingDoor(
                storage.linking, storage.customers, identity.vouch, channels, shop_door.forget
            ),
            "media": MediaDoor(storage.media, channels),
            "desk": _desk_door(config, storage, shop_door, clock, replies),
        }
        front_desk = FrontDesk(
            mailbox=storage.mailbox,
            timeline=storage.timeline,
            customers=storage.customers,
            bell=storage.bell,
            vouch=identity.vouch,
            forget=shop_door.forget,
            now=clock.real,
            linking=storage.linking,
            channels=channels,
        )
        nlu = await stack.enter_async_context(_understanding(settings, clock, loading))
        reception = _reception(config, clock, storage, names, nlu, doors, channels, replies)
        probes = {"backend": shop_door.healthy, "database": storage.desk.newest}
        office = _office(storage, clock, reception, channels, brand)
        yield House(settings, clock, http, storage, channels, front_desk, reception, office, probes)


async def _warmed(door: Door, languages: Sequence[str]) -> None:
    """Ask once for what every talk needs, so that the first customer does not wait for it."""
    for language in languages:
        caller = Caller(Account("house", "start"), language)
        await asyncio.gather(
            *(door.answer(q, caller) for q in (AboutTheShop(), Stores(), Capable()))
        )


async def _shop_name(door: Door, language: str) -> str:
    """What the backend calls the shop; nothing where it does not answer."""
    try:
        house = await door.answer(AboutTheShop(), Caller(Account("house", "start"), language))
    except Unavailable:
        return ""
    return house.name if isinstance(house, RetailHouse) else ""


def _desk_door(
    config: BotConfig, storage: Storage, shop: Door, clock: SystemClock, replies: Replies
) -> DeskDoor:
    return DeskDoor(
        Desk(
            policy=_policy(config),
            handoffs=storage.handoffs,
            agents=storage.agents,
            linking=storage.linking,
            shop=shop,
            clock=clock,
            pulled=PULLED,
            replies=replies,
            language=config.languages[0],
        )
    )


def _replies(config: BotConfig) -> Replies:
    exact = config.stock.display == "exact"
    return Replies(load_words(), ZoneInfo(ZONE), config.brand.name, exact=exact)


def _office(
    storage: Storage,
    clock: SystemClock,
    reception: Reception,
    channels: Mapping[str, Channel],
    brand: str,
) -> Office:
    return open_office(
        handoffs=storage.handoffs,
        desk=storage.desk,
        agents=storage.agents,
        audit=storage.desk_audit,
        learning=storage.learning,
        bell=storage.bell,
        clock=clock,
        policy=reception.house.policy,
        replies=reception.house.replies,
        channels=channels,
        shop=reception.house.doors["shop"],
        suggest=Suggesting(reception.house, storage.handoffs, storage.desk).suggestion,
        canned=load_canned(),
        brand=brand,
    )


def _reception(
    config: BotConfig,
    clock: SystemClock,
    storage: Storage,
    names: Names,
    nlu: Nlu,
    doors: Mapping[str, Door],
    channels: Mapping[str, Channel],
    replies: Replies,
) -> Reception:
    return Reception(
        Counterhand(
            mailbox=storage.mailbox,
            conversations=storage.conversations,
            customers=storage.customers,
            names=names,
            nlu=nlu,
            doors=doors,
            skills=load_skills(),
            replies=replies,
            clock=clock,
            bell=storage.bell,
            channels=channels,
            languages=config.languages,
            settle=timedelta(milliseconds=config.dialogue.settle_ms),
            memory=_memory(config),
            policy=_policy(config),
        )
    )


def _channels(
    settings: Settings, storage: Storage, clock: SystemClock, brand: str
) -> dict[str, Channel]:
    """Every channel of the folder `connectors` whose settings are there.

    None where talks are kept in memory: a channel keeps things of its own in the database.
    """
    if storage.database is None:
        return {}
    package = importlib.import_module("connectors")
    supplies = Supplies(settings, storage.database, clock.real, brand)
    opened = {}
    for folder in pkgutil.iter_modules(package.__path__):
        if folder.ispkg:
            connector = importlib.import_module(f"connectors.{folder.name}")
            if channel := connector.connect(supplies):
                opened[channel.name] = channel
    return opened


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[None]:
    """Answer, deliver and keep things fresh in the background."""
    storage, channels = house.storage, house.channels
    delivery = Delivery(storage.outbox, channels, house.clock, storage.bell)
    offering = Offering(house.reception.house, storage.outbox)
    me = secrets.token_hex(4)
    jobs: list[Coroutine[Any, Any, None]] = [
        *(house.reception.work(f"{me}-{number}") for number in range(WORKERS)),
        *(delivery.work(f"{me}-d{number}") for number in range(CARRIERS)),
        *(channel.run(house.front_desk) for channel in channels.values()),
        house.office.keeper.run(),
        open_notices(
            house.settings, storage.handoffs, storage.rounds, house.office.policy, house.clock
        ).run(),
        _every(OFFERS_EVERY_SECONDS, offering.look),
        _every(PLACES_EVERY_SECONDS, house.office.places.look),
        _every(NAMES_EVERY_SECONDS, house.reception.house.names.refresh),
        _every(FORGET_EVERY_SECONDS, lambda: _forget(house)),
    ]
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _every(seconds: float, job: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Do a job again and again; a failure is noted and the next time tried again."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception as fault:
            log.warning("background.fault", fault=type(fault).__name__)


async def _forget(house: House) -> None:
    before = house.clock.real() - _payloads_kept(house.settings)
    await house.storage.mailbox.forget_payloads(before)
    await house.storage.media.forget(before)
    await house.office.keeper.forget()
    await house.office.audit.forget(house.clock.real() - _audit_kept(house.settings))


def _audit_kept(settings: Settings) -> timedelta:
    return timedelta(days=settings.bot.retention.audit_days)


def _payloads_kept(settings: Settings) -> timedelta:
    return timedelta(days=settings.bot.retention.payload_days)


@asynccontextmanager
async def open_names(settings: Settings) -> AsyncIterator[Names]:
    """The lexicon of the configured backend, and nothing else of the house."""
    clock = SystemClock(settings.env.clock)
    async with backend_client(settings, clock) as http:
        names = ShopNames(Backend(http, clock))
        await names.refresh()
        yield names


@asynccontextmanager
async def open_kept(settings: Settings) -> AsyncIterator[Storage]:
    """What is kept, to read it beside whatever process serves."""
    clock = SystemClock(settings.env.clock)
    url = settings.env.database_url
    await upgrade(url)
    async with open_storage(url, clock, _storage_settings(settings)) as storage:
        yield storage


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """The channels that are switched on, to look after them beside whatever process serves."""
    async with open_kept(settings) as storage:
        clock = SystemClock(settings.env.clock)
        async with contextlib.AsyncExitStack() as stack:
            channels = _channels(settings, storage, clock, settings.bot.brand.name)
            for channel in channels.values():
                stack.push_async_callback(channel.close)
            yield channels


@asynccontextmanager
async def _storage(settings: Settings, clock: SystemClock, durable: bool) -> AsyncIterator[Storage]:
    kept = _storage_settings(settings)
    if not durable:
        yield memory_storage(clock, kept)
        return
    url = settings.env.database_url
    with exclusive(url):
        await upgrade(url)
        async with open_storage(url, clock, kept) as storage:
            yield storage


def login_pages(house: House, line: str | None = None) -> Sequence[Any]:
    """The embedded backend's log-in page for linking LINE accounts; none where it is not ours.

    `line` is where LINE confirms a link (`scheme://host[:port]`), if not at LINE's own address.
    """
    if house.settings.env.backend_url != EMBEDDED:
        return ()
    login = importlib.import_module("backend.login")
    pages: Sequence[Any] = login.routes(house.backend, line or login.LINE)
    return pages


def _storage_settings(settings: Settings) -> StorageSettings:
    config = settings.bot
    policy = frozenset((act, Trust[level.upper()]) for act, level in config.trust.items())
    return StorageSettings(settings.secret(), PULLED, FREE, config.languages, policy)


def _policy(config: BotConfig) -> Policy:
    desk = config.desk
    return Policy(
        shifts=tuple(Shift(hours.days, hours.open, hours.close) for hours in desk.hours),
        zone=ZoneInfo(ZONE),
        closed_on_holidays=desk.holidays,
        topics=desk.topics,
        person=frozenset(i for i, who in config.handoff.policy.items() if who == "person"),
        grace=timedelta(seconds=desk.grace_seconds),
        patience=timedelta(minutes=desk.patience_minutes),
        silence=timedelta(hours=desk.silence_hours),
        place_every=timedelta(minutes=desk.place_minutes),
        capacity=desk.capacity,
    )


def _memory(config: BotConfig) -> Memory:
    return Memory(
        frame_age=timedelta(hours=config.dialogue.frame_hours),
        focus_age=timedelta(hours=config.dialogue.focus_hours),
    )
