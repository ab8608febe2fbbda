"""The ideal observer: it knows the generator that made the people, and learns from answers, in time."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console

import tools  # noqa: F401 - makes `assistant` importable
from assistant.enums import Verdict
from assistant.kinds import KINDS
from tools.evaluate.claims import command
from tools.evaluate.claims.bound import IDEAL, STRANGER, deciders
from tools.evaluate.claims.command import Request, evaluate
from tools.evaluate.claims.ideal import Observer, Thought, think
from tools.evaluate.claims.ideal_answers import by_change, carried, replies
from tools.evaluate.claims.ideal_facts import ACCEPTED, LATER, NEVER, NOT_NOW, SILENT, Seen, context, hidden, seen
from tools.evaluate.claims.ideal_model import MISSES, PLACES, SIZE, changed, content, moment, tastes_of, wanted
from tools.evaluate.claims.ideal_sampler import CHAINS, agreement, from_prior, sample
from tools.evaluate.claims.live import errands
from tools.evaluate.claims.trace import persona_ids, trace
from tools.evaluate.claims.variants import COLD, OURS, Part
from tools.personas.draw import draw_household
from tools.personas.model import Persona
from tools.personas.population import MEMBERS_PER_ID
from tools.personas.split import TEST
from tools.results import Record
from tools.simulate.factors import Load, Matter
from tools.simulate.logistic import LogisticTaste
from tools.simulate.resident import FLIPPED, Resident
from tools.simulate.state import State
from tools.simulate.world import World, household_worlds
from tools.streams import Family

DAYS = 8
DRAWN = 1200


def worlds(count: int, days: int) -> Iterator[World]:
    wanted_ids = persona_ids(TEST, count, 1, Family.A)
    for index in dict.fromkeys(persona // MEMBERS_PER_ID for persona in wanted_ids):
        for world in household_worlds(draw_household(index, 1, Family.A), days):
            if world.persona.persona_id in wanted_ids and world.opportunities:
                yield world


@pytest.fixture(scope="module")
def world() -> World:
    return max(worlds(4, DAYS), key=lambda found: len(found.opportunities))


@pytest.fixture(scope="module")
def person(world: World) -> Seen:
    return seen(world, trace(world, 1))


@pytest.fixture(scope="module")
def population() -> list[Persona]:
    households = (draw_household(index, 5, Family.A) for index in range(DRAWN))
    return [member for household in households for member in household.members][:DRAWN]


def situations(world: World) -> list[tuple[State, Matter, Load]]:
    """Return looks with nothing hidden about them, under all sorts of load."""
    resident = Resident(world)
    lived = trace(world, 1)
    decisions = iter(lived.looks)
    found = []
    for opportunity in world.opportunities:
        if resident.is_open(opportunity):
            load = resident.load(opportunity.minute, opportunity.suggestion.kind)
            resident.respond(opportunity, next(decisions).decision)
            still = replace(opportunity.situation, on_purpose=False, by_hand=None)
            state = replace(opportunity.state, busy=0.0, mood=0.0)
            found.append((state, Matter(still, opportunity.suggestion), load))
    return found


def as_tastes(persona: Persona) -> dict[str, jax.Array]:
    """Return somebody's preferences under the names of the ideal observer's tastes."""
    scheduling, domain = persona.preferences.scheduling, persona.preferences.domain
    style, day = persona.preferences.style, persona.preferences.context
    found = {
        "content_base": domain.base,
        "by_category": list(domain.by_category.values()),
        "by_kind": [domain.by_kind[kind] for kind in KINDS],
        "aging": domain.aging,
        "away_worry": domain.away_worry,
        "weekend_chores": day.weekend_chores,
        "habituation": day.habituation,
        "moment_base": scheduling.base,
        "by_activity": list(scheduling.by_activity.values()),
        "by_day_part": list(scheduling.by_day_part),
        "morningness": scheduling.morningness,
        "transition_gain": scheduling.transition_gain,
        "only_at_transitions": float(scheduling.only_at_transitions),
        "chores_while_cooking": scheduling.chores_while_cooking,
        "wish": scheduling.wish_per_day,
        "patience": scheduling.patience,
        "recovery": scheduling.recovery_minutes,
        "urgency_opens": scheduling.urgency_opens,
        "guests": day.guests,
        "weekend": day.weekend,
        "ill": day.ill,
        "work_at_home": day.work_at_home,
        "snoozer": style.snoozer,
        "accepts": (1 - style.style_matters) ** MISSES,
    }
    return {name: jnp.asarray(value, jnp.float32) for name, value in found.items()}


def test_known_tastes_give_the_logits_of_the_simulator(world: World, person: Seen, population: list[Persona]) -> None:
    looks = situations(world)
    facts = {name: jnp.asarray(column) for name, column in person.facts.items()}
    for somebody in population[:6]:
        context = replace(somebody.preferences.context, drift=0.0, change_day=-1)
        still = replace(somebody, preferences=replace(somebody.preferences, context=context))
        taste, tastes = LogisticTaste(still, 5, DAYS), as_tastes(still)
        contents = [taste._content(*look) for look in looks]
        assert np.asarray(content(tastes, facts)) == pytest.approx(contents, abs=1e-3)
        assert np.asarray(moment(tastes, facts)) == pytest.approx([taste._moment(*look) for look in looks], abs=1e-3)


def test_the_prior_has_every_taste_as_the_population_has_it(population: list[Persona]) -> None:
    drawn = [as_tastes(item) for item in population]
    prior = jax.vmap(tastes_of)(from_prior(jax.random.key(3), 20_000))
    assert set(prior) == set(drawn[0])
    for name, values in prior.items():
        theirs, mine = np.array([item[name] for item in drawn], np.float64), np.asarray(values, np.float64)
        if name in ("wish", "recovery"):
            theirs, mine = np.log(theirs), np.log(mine)
        spread = theirs.std(axis=0)
        away = np.abs(theirs.mean(axis=0) - mine.mean(axis=0))
        # The Big Five lean a little with age and sex, which shifts the traits that lean on them.
        assert (away < 4.5 * spread / math.sqrt(DRAWN) + 0.05 * spread).all(), name
        assert (np.abs(mine.std(axis=0) / spread - 1) < 0.11).all(), name


@pytest.mark.parametrize("late", [False, True])
def test_the_prior_is_the_population_that_the_simulator_draws(
    world: World, person: Seen, population: list[Persona], *, late: bool
) -> None:
    """At every look the logits of many people have one mean and spread here and there, before and after a change."""
    drawn = [item for item in population if item.preferences.context.change_day >= 0] if late else population
    tastes = [LogisticTaste(item, 5, 28) for item in drawn]
    chosen = np.linspace(0, len(person.truth.person) - 1, 60).astype(int)
    looks = [situations(world)[place] for place in chosen]
    simulated = np.array(
        [
            [
                (taste._content(at, matter, load), taste._moment(at, matter, load))
                for state, matter, load in looks
                for at in [replace(state, day=27 if late else 0)]
            ]
            for taste in tastes
        ]
    )
    facts = {name: jnp.asarray(column[chosen]) for name, column in person.facts.items()}
    xs = from_prior(jax.random.key(0), 20_000)

    def logits(x: jax.Array) -> jax.Array:
        tastes = changed(tastes_of(x), x) if late else tastes_of(x)
        return jnp.stack([content(tastes, facts), moment(tastes, facts)], axis=1)

    prior = np.asarray(jax.vmap(logits)(xs))
    spread = simulated.std(axis=0)
    error = spread / math.sqrt(len(drawn))
    assert (np.abs(simulated.mean(axis=0) - prior.mean(axis=0)) < 4.5 * error + 0.03).all()
    ratio = prior.std(axis=0) / spread
    assert (np.abs(ratio - 1) < (0.2 if late else 0.08)).all(), "of wandering tastes, the rest is within it"


def test_every_way_to_answer_is_counted_once(person: Seen) -> None:
    facts = {name: jnp.asarray(column[:20]) for name, column in person.facts.items()}
    tastes = tastes_of(from_prior(jax.random.key(1), 1)[0])
    pairs = [replies(tastes, facts | {"reply": jnp.full(20, reply)}) for reply in range(SILENT)]
    assert np.asarray(sum(yes for yes, _ in pairs)) == pytest.approx(np.ones(20), abs=1e-5)
    left_lying = 0.12
    shares = np.asarray(sum(no for _, no in pairs))
    # A refusal that is flipped is an acceptance.
    assert shares == pytest.approx(np.full(20, 1 - left_lying), abs=1e-5)


def test_people_answer_as_often_in_each_way_as_the_simulator_has_them() -> None:
    """The shares of replies follow from true chances; all of them are mirrored from inside the simulator."""
    expected: Counter[int] = Counter()
    found: Counter[int] = Counter()
    for living in worlds(8, 10):
        lived = trace(living, 1)
        style = living.persona.preferences.style
        given = seen(living, lived)
        accepts = (1 - style.style_matters) ** MISSES
        for look in lived.looks:
            if look.answers and look.decision.verdict is Verdict.SPEAK:
                p, good = look.factors.content, look.factors.moment
                unwanted, mistimed = 1 - p, p * (1 - good)
                refused = 0.62 * unwanted + mistimed * (1 - style.snoozer) * 0.8 + p * good * (1 - accepts)
                yes, later = p * good * accepts, mistimed * style.snoozer
                total = 1 - 0.12 * unwanted
                expected[ACCEPTED] += ((1 - FLIPPED) * yes + FLIPPED * (refused + later)) / total
                expected[LATER] += (1 - FLIPPED) * later / total
                expected[NOT_NOW] += ((1 - FLIPPED) * refused + FLIPPED * yes) / total
                expected[NEVER] += 0.07 * unwanted / total
                found[int(given.facts["reply"][look.number])] += 1
    assert sum(found.values()) > 80
    for reply in expected:
        assert abs(found[reply] - expected[reply]) < 4 * math.sqrt(expected[reply]) + 1


def test_what_is_hidden_has_chances_that_follow_the_time(world: World) -> None:
    for opportunity in world.opportunities:
        assert sum(hidden(opportunity.situation, opportunity.minute, world.house)) == pytest.approx(1.0)
    window = next(item for item in world.opportunities if item.situation.kind in ("opening_left", "ventilate"))
    early, late = (hidden(window.situation, window.situation.created + age, world.house) for age in (1, 90))
    assert late[2] < early[2], "whoever would see to it has mostly done so"


def test_a_second_answer_about_one_situation_says_little_more() -> None:
    p, weight = jnp.full((1, 5), 0.5), jnp.full((1, 5), 0.2)
    refused = (p, jnp.array([0.1]), jnp.array([0.6]))
    now, chances = carried(p, weight, refused)
    assert np.asarray(now) == pytest.approx(np.full((1, 5), 1 / 7)), "it was wanted or not, and is so still"
    assert np.asarray(chances) == pytest.approx(np.asarray(weight))
    certain = (p, jnp.array([1.0]), jnp.array([0.0]))
    assert np.asarray(carried(jnp.full((1, 5), 0.25), weight, certain)[0]) == pytest.approx(np.full((1, 5), 0.5))


def test_the_latents_have_places_of_their_own() -> None:
    numbers = np.concatenate([np.arange(SIZE)[place] for place in PLACES.values()])
    assert numbers.tolist() == list(range(SIZE))


def _answered(person: Seen, key: jax.Array, x: jax.Array, count: int) -> dict[str, jax.Array]:
    """Return looks with the answers somebody of known latents gives, each about a situation of its own."""
    size = len(person.truth.person)
    numbers = np.random.default_rng(0).choice(size, count, replace=size < count)
    facts = {name: jnp.asarray(column[numbers]) for name, column in person.facts.items()}
    facts |= {"before": jnp.full(count, -1), "day": jnp.zeros(count, jnp.int32)}
    tastes = tastes_of(x)
    p = (facts["hidden"] * wanted(tastes, facts)).sum(axis=1)
    rows = []
    for reply in range(SILENT):
        yes, no = replies(tastes, facts | {"reply": jnp.full(count, reply)})
        rows.append(p * yes + (1 - p) * no)
    drawn = jax.random.categorical(key, jnp.log(jnp.maximum(jnp.stack(rows), 1e-9)).T)
    return facts | {"reply": drawn.astype(jnp.int32)}


def test_somebody_of_known_latents_is_recognised_by_their_answers(person: Seen) -> None:
    """After sixty answers the logits of content lie nearer to the truth than the population's, and chains agree."""
    all_looks = {name: jnp.asarray(column) for name, column in person.facts.items()}
    logits = jax.jit(jax.vmap(lambda x: content(tastes_of(x), all_looks)))
    prior = np.asarray(logits(from_prior(jax.random.key(9), 500))).mean(axis=0)
    before, after = [], []
    for number in range(4):
        key = jax.random.key(number)
        true = from_prior(key, 1)
        answers = _answered(person, key, true[0], 64)
        states = sample(key, from_prior(key), answers, jnp.int32(64), steps=300, kept=20)
        said = np.asarray(logits(states.reshape(-1, SIZE)))
        real = np.asarray(logits(true))[0]
        before.append(float(((prior - real) ** 2).mean()))
        after.append(float(((said.mean(axis=0) - real) ** 2).mean()))
        assert np.median(agreement(said.reshape(20, CHAINS, -1).astype(np.float64))) < 1.2
    assert sum(after) < 0.7 * sum(before)


def test_chains_that_differ_are_noticed() -> None:
    noise = np.random.default_rng(0).standard_normal((40, CHAINS, 3))
    assert (agreement(noise) < 1.05).all()
    assert (agreement(noise + np.arange(CHAINS)[None, :, None]) > 1.5).all()


def test_an_answer_that_is_not_heard_yet_says_nothing(person: Seen) -> None:
    answers = {name: jnp.asarray(column[:32]) for name, column in person.facts.items()}
    answers |= {"reply": jnp.full(32, ACCEPTED), "before": jnp.full(32, -1)}
    joint = np.asarray(by_change(from_prior(jax.random.key(2), 1)[0], answers, jnp.int32(5)))
    assert (joint[:, 5:] == joint[:, 5:6]).all()
    assert (joint[:, 4] != joint[:, 5]).all()


def test_context_holds_what_the_person_feels_of_the_load(world: World) -> None:
    opportunity = world.opportunities[0]
    facts = context(opportunity, Load(delivered_today=3, since=20.0, of_kind_this_week=2, refused_kind_today=True))
    assert (facts["today"], facts["since"], facts["this_week"], facts["refused"]) == (3, 20.0, 2, True)


@pytest.fixture(scope="module")
def thought(person: Seen) -> Thought:
    return think(person, jax.random.key(0), steps=30, kept=5)


def test_the_same_key_gives_the_same_thoughts(person: Seen, thought: Thought) -> None:
    again = think(person, jax.random.key(0), steps=30, kept=5)
    assert (again.beliefs.score == thought.beliefs.score).all()
    assert (again.agreement == thought.agreement).all()
    other = think(person, jax.random.key(1), steps=30, kept=5)
    assert not (other.beliefs.score == thought.beliefs.score).all()


def test_it_knows_more_than_chance_of_every_look(thought: Thought) -> None:
    for values in (thought.beliefs.score, thought.beliefs.welcome, thought.beliefs.content, thought.beliefs.moment):
        assert ((values >= 0) & (values <= 1 + 1e-6)).all()
    needed, unneeded = (thought.beliefs.score[thought.truth.need == is_so].mean() for is_so in (True, False))
    assert needed > unneeded
    assert deciders([thought])[IDEAL].speaks(thought.truth, thought.beliefs).any()


def test_never_told_it_thinks_of_the_first_looks_alone_as_it_would_when_told(thought: Thought) -> None:
    first = thought.truth.feedback == 0
    apart = np.abs(thought.stranger.welcome - thought.beliefs.welcome)
    assert apart[first].mean() < 0.06, "a few draws of chance"
    assert apart[~first].mean() > apart[first].mean()


def test_the_job_thinks_of_those_it_is_sent_to() -> None:
    homes = list(errands(TEST, 2, 1, Family.A, 3, frozenset({Part.MAIN})))
    found = [item for home in homes for item in Observer(30, 5)(home)]
    assert 1 <= len(found) <= 2


def test_the_stage_writes_the_bound_beside_claim_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "Observer", partial(Observer, 30, 5))
    request = Request(people=2, days=4, engine="table", tuning=1, counted=3, ideal=1)
    records = [record for stage in evaluate(request, Console(quiet=True)) for record in stage]
    found: dict[str, Record] = {record.claim: record for record in records}
    assert found[f"4 · {IDEAL}, test people"].value == 1
    for figure in ("timing F1", "AUC of need", "log-loss"):
        mine = found[f"4 · {figure}, {IDEAL}, all"]
        assert mine.threshold is None
        for over in (COLD, STRANGER):
            assert found[f"4 · {figure}, {IDEAL} less {over}, all"].threshold is None
        lead = found[f"4 · {figure}, {OURS} less {IDEAL}, all"]
        assert lead.family == "A"
    assert found[f"4 · {IDEAL}, split R-hat of P(welcome) between chains, median look"].value > 0.9
    without = [record for stage in evaluate(replace(request, ideal=0), Console(quiet=True)) for record in stage]
    assert {record.claim for record in records} > {record.claim for record in without}
