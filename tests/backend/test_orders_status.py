"""What an order's status says, whatever the parcels, the till and the store have told so far."""

import pytest

from backend.customers.order_status import (
    Line,
    OrderFacts,
    OrderStatus,
    Parcel,
    PickupStatus,
    counted_lines,
    order_status,
    pickup_actions,
)

TWO_LINES = (Line("1", 1), Line("2", 2))


def test_a_paid_order_nobody_has_touched_is_confirmed() -> None:
    assert order_status(OrderFacts(TWO_LINES)) == OrderStatus.CONFIRMED


def test_an_order_waits_for_a_prepayment_but_not_for_cash_on_delivery() -> None:
    waiting = OrderFacts(TWO_LINES, payment_status="pending", payment_method="konbini")
    cash = OrderFacts(TWO_LINES, payment_status="pending", payment_method="cod")
    assert order_status(waiting) == OrderStatus.PENDING_PAYMENT
    assert order_status(cash) == OrderStatus.CONFIRMED


def test_a_label_alone_is_packing_not_shipping() -> None:
    facts = OrderFacts(TWO_LINES, [Parcel("label_created", {"1": 1, "2": 2})])
    assert order_status(facts) == OrderStatus.PREPARING


def test_one_of_two_parcels_under_way_is_partly_shipped() -> None:
    facts = OrderFacts(TWO_LINES, [Parcel("in_transit", {"1": 1})])
    assert order_status(facts) == OrderStatus.PARTIALLY_SHIPPED


def test_everything_under_way_is_shipped_even_if_the_lines_do_not_say_so() -> None:
    facts = OrderFacts(
        TWO_LINES, [Parcel("in_transit", {"1": 1}), Parcel("out_for_delivery", {"2": 2})]
    )
    assert order_status(facts) == OrderStatus.SHIPPED


def test_one_of_two_parcels_at_the_door_is_partly_delivered() -> None:
    facts = OrderFacts(TWO_LINES, [Parcel("delivered", {"1": 1}), Parcel("in_transit", {"2": 2})])
    assert order_status(facts) == OrderStatus.PARTIALLY_DELIVERED
    assert [line.delivered for line in counted_lines(facts)] == [1, 0]


def test_what_was_cancelled_is_not_waited_for() -> None:
    lines = (Line("1", 1, cancelled=1), Line("2", 2))
    facts = OrderFacts(lines, [Parcel("delivered", {"2": 2})])
    assert order_status(facts) == OrderStatus.DELIVERED


def test_cancelled_wins_over_a_parcel_that_still_moves() -> None:
    facts = OrderFacts((Line("1", 1, shipped=1, cancelled=1),), [Parcel("in_transit", {"1": 1})])
    assert order_status(facts) == OrderStatus.CANCELLED


def test_everything_sent_back_is_returned() -> None:
    lines = (Line("1", 1, delivered=1, returned=1), Line("2", 2, delivered=2, returned=2))
    assert order_status(OrderFacts(lines)) == OrderStatus.RETURNED


def test_one_piece_sent_back_leaves_the_rest_delivered() -> None:
    lines = (Line("1", 1, delivered=1, returned=1), Line("2", 2, delivered=2))
    assert order_status(OrderFacts(lines)) == OrderStatus.DELIVERED


@pytest.mark.parametrize(
    ("pickup", "status"),
    [
        (PickupStatus.REQUESTED, OrderStatus.CONFIRMED),
        (PickupStatus.TRANSFERRING, OrderStatus.PREPARING),
        (PickupStatus.PREPARING, OrderStatus.PREPARING),
        (PickupStatus.READY, OrderStatus.READY_FOR_PICKUP),
        (PickupStatus.PICKED_UP, OrderStatus.PICKED_UP),
        (PickupStatus.EXPIRED, OrderStatus.ON_HOLD),
        (PickupStatus.CANCELLED, OrderStatus.CANCELLED),
    ],
)
def test_an_order_for_collection_follows_the_store(
    pickup: PickupStatus, status: OrderStatus
) -> None:
    facts = OrderFacts(TWO_LINES, delivery_kind="pickup", pickup=pickup)
    assert order_status(facts) == status


def test_a_sale_at_the_till_is_with_the_customer() -> None:
    assert order_status(OrderFacts(TWO_LINES, delivery_kind="carry_out")) == OrderStatus.PICKED_UP


def test_a_stopped_order_is_on_hold_until_something_has_left() -> None:
    stopped = OrderFacts(TWO_LINES, on_hold=True)
    half_gone = OrderFacts((Line("1", 1, shipped=1), Line("2", 2)), on_hold=True)
    assert order_status(stopped) == OrderStatus.ON_HOLD
    assert order_status(half_gone) == OrderStatus.PARTIALLY_SHIPPED


def test_a_collection_is_extended_once_and_never_after_it_was_handed_over() -> None:
    assert "extend" in pickup_actions(PickupStatus.READY, extension_used=False)
    assert "extend" not in pickup_actions(PickupStatus.READY, extension_used=True)
    assert pickup_actions(PickupStatus.PICKED_UP, extension_used=False) == []
