"""What knowing a person is worth: people are known as far as it explains what they said, and judged on the rest."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from assistant.engine import Prior
from assistant.vocabulary import OUTPUT_GROUPS, STEERING_GROUPS
from tests.assistant import model_kit
from tests.tools.test_train import SHAPE, rows, steerable
from tools.train import worth
from tools.train.data import Rows
from tools.train.network import Network, new_network
from tools.train.steering_layout import groups_of
from tools.train.worth import Loss, halves, judge_of, known_from, some_of, worth_of_knowing


def prior() -> Prior:
    return replace(model_kit.prior_of(SHAPE.k), groups=groups_of(SHAPE.k))


def network(scale: float) -> Network:
    return steerable(new_network(SHAPE, jax.random.key(1)), scale)


def decided(people: Rows) -> Rows:
    """Return rows of people of whom every other one says the same to everything, and the others the opposite."""
    targets = np.tile(people.persona[:, None] % 2, (1, len(OUTPUT_GROUPS)))
    return replace(people, targets=targets.astype(np.int32))


@pytest.mark.parametrize("scale", [0.3, 3.0])  # under the larger basis a whole step goes far too far
def test_nobody_is_explained_worse_for_being_known(scale: float) -> None:
    heard, judge = decided(rows(4, 20)), judge_of(network(scale), bag=True)
    known = known_from(judge, heard, prior())
    cost = worth._explained(judge, heard, known) + 0.5 * (known**2).sum(axis=1)
    assert (cost <= worth._explained(judge, heard, np.zeros_like(known))).all()
    assert np.abs(known).max() > 0


def test_knowing_people_who_stay_the_same_pays() -> None:
    found = worth_of_knowing(network(0.3), decided(rows(4, 40)), prior(), bag=True)
    assert found["known"] < found["cold"]
    assert found["cold"] == pytest.approx(sum(found[f"cold {group.name}"] for group in OUTPUT_GROUPS))


def test_dimensions_that_share_answers_go_together() -> None:
    sets = worth._apart()
    assert sorted(name for dimensions in sets for name in dimensions) == sorted(STEERING_GROUPS)
    answers = [{answer for name in dimensions for answer in STEERING_GROUPS[name]} for dimensions in sets]
    assert not any(one & other for one in answers for other in answers if one is not other)
    assert len(sets) == 3


def test_a_loss_over_everybody_is_the_mean_over_their_ratings() -> None:
    loss = Loss(total=np.array([[2.0, 1.0], [4.0, 0.0]]), rated=np.array([[4.0, 2.0], [2.0, 0.0]]))
    assert loss.by_group().tolist() == [1.0, 0.5]
    assert loss.sum(np.array([1, 1])) == 2.0


def test_some_ratings_of_everybody_stand_for_what_is_left_of_each_situation() -> None:
    first, second = halves(rows(3, 40))
    assert first.session.max() < second.session.min()
    whole = replace(first, share=np.full(len(first), 0.25, np.float32))
    few = some_of(whole, 5, seed=1)
    assert few.counts.tolist() == [5, 5, 5]
    # A quarter of the looks is left: of three others at the situation, three quarters are expected.
    np.testing.assert_allclose(few.share, 1 / (1 + 3 * 5 / 20))
    everything = some_of(whole, 99, seed=1)
    np.testing.assert_array_equal(everything.tokens, whole.tokens)
    np.testing.assert_allclose(everything.share, whole.share)
