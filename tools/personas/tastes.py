"""The population's average tastes and how far people differ: every number is a row with its ground beside it.

Effects are logits. `J` marks a judgement, anything else names its source. Sizes of effects are judgements throughout:
the sources give directions and orders of magnitude.
"""

from typing import Final

from assistant.enums import Activity, Category, RiskClass

DAY_PARTS: Final = (0, 6, 9, 12, 17, 21)
"""First hours of night, early morning, morning, afternoon, evening and late evening."""

A: Final = Activity
ACTIVITY_MEAN: Final = {
    # Cha et al. 2020: busyness, dual-task conflict and social presence decide; Attelia 2015: transitions are good.
    A.ASLEEP: -4.5,
    A.WAKING: 0.1,
    A.GROOMING: -0.4,
    A.COOKING: -0.5,
    A.EATING: -0.4,
    A.HOUSEWORK: 0.4,
    A.CARING: -0.7,
    A.WORKING: -1.1,
    A.MEDIA: 0.2,
    A.CALL: -2.2,
    A.EXERCISING: -0.9,
    A.HOSTING: -1.1,
    A.IDLE: 0.8,
    A.LEAVING: -0.1,
    A.AWAY: -0.5,
    A.ARRIVING: 0.6,
    A.UNKNOWN: 0.0,
}
ACTIVITY_SPREAD: Final = 0.7  # J, between people, per activity
FOCUS_LOADING: Final = {A.WORKING: -0.8, A.CALL: -0.5, A.MEDIA: -0.7, A.COOKING: -0.3, A.EATING: -0.4}  # J
OUTGOING_LOADING: Final = {A.AWAY: 0.7, A.LEAVING: 0.4, A.ARRIVING: 0.4, A.HOSTING: 0.3, A.EXERCISING: 0.3}  # J

DAY_PART_MEAN: Final = (-1.2, -0.3, 0.1, 0.1, 0.3, -0.4)
# Viber 2025 and Androidworld: most people mute the night, so its mean is low and its spread wide.
DAY_PART_SPREAD: Final = (0.7, 0.45, 0.4, 0.4, 0.45, 0.5)

C: Final = Category
CATEGORY_MEAN: Final = {
    # The demand shares of the product specification, 3.3, order these (51 % openings, 57 % batteries, 17 % windows…).
    C.SECURITY: 0.9,
    C.SAFETY: 1.4,
    C.ENERGY: -0.1,
    C.COMFORT: -0.1,
    C.CHORES: 0.4,
    C.MAINTENANCE: 0.3,
    C.MOBILITY: 0.4,
    C.CARE: 0.3,
    C.OTHER: 0.0,
}
CATEGORY_SPREAD: Final = 0.8  # J
KIND_SPREAD: Final = 0.95  # J: beyond its category, a kind is welcome to one and not to another
SAFETY_LOADING: Final = {C.SECURITY: 0.8, C.SAFETY: 0.5, C.CARE: 0.2}  # J
THRIFT_LOADING: Final = {C.ENERGY: 1.0, C.MOBILITY: 0.3, C.COMFORT: -0.3}  # J
HOUSEPROUD_LOADING: Final = {C.CHORES: 0.8, C.MAINTENANCE: 0.7, C.COMFORT: 0.4}  # J

DEMAND: Final = {
    # Product specification 3.3: share of wishes or automations in which the kind appears, in per cent [C].
    "leave_home": 22, "opening_left": 51, "garage_open": 32, "appliance_done": 26, "lock_check": 19,
    "window_climate": 17, "bedtime": 28, "battery_low": 57, "cold_storage": 15, "heat_source_on": 11,
    "bin_day": 28, "away_climate": 23, "weather_openings": 8, "arm_reminder": 21, "media_idle": 8,
    "room_light_idle": 9, "ev_plug": 13, "cheap_energy": 25, "device_offline": 51, "ventilate": 25,
    "outside_air": 12, "arrival_prepare": 31, "vacuum_now": 30, "watering": 15, "maintenance_due": 15,
    "leave_now": 13, "routine_due": 6, "vacation": 16, "guest": 16, "kids_evening": 11,
}  # fmt: skip

R: Final = RiskClass
RISK_LEVEL: Final = {
    # Ahmadi-Karvigh 2017: little participation wanted for lights and appliances, more for what is consequential;
    # consumer survey (CEA): 75 % want no unattended act of consequence; Schomakers 2021: semi before full automation.
    R.A0: -0.1,
    R.A1: 0.45,
    R.A2: -0.35,
    R.A3: -0.95,
    R.A4: -3.0,
}
LEVEL_CUTS: Final = (-1.6, -0.35, 0.9)
"""Below the first: observe; then suggest, ask; above the last: act."""

WISH_MEDIAN: Final = 3.5  # ProPerSim's 32 personas: about 2 a day to 1 an hour, median 3 to 4
WISH_LOG_SD: Final = 0.6

UNNOTICED: Final = 0.25  # the lab's default noise (DESIGN 8): of phone messages at moments people are reachable
TRAIT_EFFECTS: Final = {
    # Ahmadi-Karvigh 2017: agreeableness, neuroticism and openness shift the wish for automation; sizes and other
    # rows are judgements, kept small: individual variation dominates.
    "delegates": {"openness": 0.2, "agreeableness": 0.15, "neuroticism": -0.2},
    "safety_minded": {"neuroticism": 0.2, "conscientiousness": 0.1},
    "houseproud": {"conscientiousness": 0.25},
    "thrifty": {"conscientiousness": 0.1},
    "social_guard": {"extraversion": -0.2},
    "warm": {"agreeableness": 0.2, "extraversion": 0.15},
    "reason": {"openness": 0.2},
    "patience": {"neuroticism": -0.25, "agreeableness": 0.1},
    "outgoing": {"extraversion": 0.25},
}
