"""A paragraph about a persona, in words that follow from the record alone."""

from assistant.enums import Category

from .model import Persona

_EMPLOYMENT = {
    "full_time": "works full time",
    "part_time": "works part time",
    "student": "studies",
    "unemployed": "is looking for work",
    "not_in_labour_force": "does not work for pay",
}
_HOUSEHOLD = {
    "alone": "lives alone",
    "partner_no_child": "lives with a partner",
    "partner_child": "lives with a partner and children",
    "single_with_child_in_home": "lives without a partner in a home with children",
    "other_adults": "shares a home with other adults",
}


def _traits(persona: Persona) -> str:
    names = {
        "openness": ("open to new things", "fond of the familiar"),
        "conscientiousness": ("orderly", "easy-going about order"),
        "extraversion": ("outgoing", "reserved"),
        "agreeableness": ("accommodating", "blunt"),
        "neuroticism": ("easily worried", "hard to worry"),
    }
    marked = sorted(names, key=lambda name: -abs(getattr(persona.traits, name)))[:2]
    return " and ".join(names[name][getattr(persona.traits, name) < 0.0] for name in marked)


def _rhythm(persona: Persona) -> str:
    if abs(persona.chronotype) < 0.6:
        return "keeps the hours of most people in that situation"
    return "is up late and rises late" if persona.chronotype > 0 else "rises early and goes to bed early"


def _cares(persona: Persona) -> str:
    worth = persona.preferences.domain.by_category
    named = [category for category in Category if category is not Category.OTHER]
    best = max(named, key=lambda category: worth[category])
    least = min(named, key=lambda category: worth[category])
    return f"Most welcome is word about {best}, least about {least}."


def _wishes(persona: Persona) -> str:
    scheduling, style = persona.preferences.scheduling, persona.preferences.style
    wish = max(round(scheduling.wish_per_day), 1)
    parts = [f"About {wish} message{'s' if wish != 1 else ''} a day would be right"]
    if scheduling.only_at_transitions:
        parts.append("and only between two things")
    parts.append(f"said {'at length' if style.full > 0 else 'briefly'} and {'warmly' if style.warm > 0 else 'plainly'}")
    delegates = persona.preferences.autonomy.delegates
    trust = (
        "may do much by itself"
        if delegates > 0.5
        else "should ask first"
        if delegates > -0.5
        else "should keep to words"
    )
    return f"{', '.join(parts)}; the home {trust}."


def describe(persona: Persona) -> str:
    """Return one paragraph. No persona is a person: it tells of numbers that were drawn."""
    office = len(persona.home_office_days)
    work = f", at home on {office} day{'s' if office > 1 else ''} a week," if office else ""
    return (
        f"A {persona.age}-year-old {'woman' if persona.sex == 'female' else 'man'} who "
        f"{_EMPLOYMENT[persona.employment]}{work} and {_HOUSEHOLD[persona.household_type]} "
        f"in {'a house' if persona.home.dwelling == 'house' else 'an apartment'}; {_traits(persona)}; "
        f"{_rhythm(persona)}. {_cares(persona)} {_wishes(persona)}"
    )
