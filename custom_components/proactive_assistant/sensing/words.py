"""Words by which people name rooms and things, in the six languages of the interface.

Matching is on whole words or word beginnings of the lower-cased name, so that "Küchenfenster" and "kitchen
window" are both found. Words that mean different things in two of the languages are left out.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from ..assistant.enums import Room

ROOM_WORDS: Final[Mapping[Room, tuple[str, ...]]] = {
    Room.CHILD_ROOM: (
        "nursery", "child", "kids", "baby", "kinder", "enfant", "niño", "niña", "infantil", "bambin",
    ),
    Room.BEDROOM: (
        "bedroom", "master bed", "schlafzimmer", "slaapkamer", "chambre", "dormitorio", "habitación",
        "camera da letto",
    ),
    Room.LIVING_ROOM: (
        "living", "lounge", "family room", "wohnzimmer", "woonkamer", "salon", "séjour", "salón",
        "sala", "soggiorno", "salotto",
    ),
    Room.KITCHEN: ("kitchen", "küche", "kueche", "keuken", "cuisine", "cocina", "cucina"),
    Room.BATHROOM: (
        "bathroom", "bath", "shower", "toilet", "wc", "badezimmer", "badkamer", "douche", "salle de bain", "baño",
        "aseo", "bagno",
    ),
    Room.OFFICE: (
        "office", "study", "büro", "arbeitszimmer", "kantoor", "werkkamer", "bureau", "despacho",
        "oficina", "ufficio", "studio",
    ),
    Room.HALL: (
        "hall", "entrance", "entry", "corridor", "landing", "stairs", "flur", "diele", "eingang",
        "gang", "hal", "couloir", "entrée", "pasillo", "entrada", "recibidor", "corridoio", "ingresso",
    ),
    Room.UTILITY: (
        "utility", "laundry", "basement", "cellar", "attic", "garage", "waschküche", "keller",
        "hauswirtschaft", "bijkeuken", "wasruimte", "zolder", "buanderie", "cave", "lavadero", "sótano",
        "lavanderia", "cantina",
    ),
    Room.OUTDOORS: (
        "garden", "patio", "terrace", "balcony", "porch", "yard", "outside", "garten", "terrasse",
        "balkon", "tuin", "jardin", "balcon", "jardín", "terraza", "balcón", "giardino", "terrazza",
    ),
}  # fmt: skip

COLD_WORDS: Final = (
    "fridge", "freezer", "refrigerator", "kühlschrank", "gefrier", "koelkast", "vriezer", "frigo",
    "réfrigérateur", "congélateur", "nevera", "frigorífico", "congelador", "frigorifero", "congelatore",
)  # fmt: skip

CRITICAL_WORDS: Final = (
    *COLD_WORDS,
    "router", "modem", "fritzbox", "network", "netzwerk", "netwerk", "réseau", "red wifi", "rete", "internet", "server",
    "nas", "medical", "medizin", "medisch", "médical", "médico", "medico", "oxygen", "sauerstoff", "zuurstof",
    "oxygène", "oxígeno", "ossigeno", "cpap", "dialysis", "dialyse", "aquarium", "acuario", "acquario", "terrarium",
    "terrario", "sump pump", "hebeanlage", "dompelpomp", "freeze protection", "frostschutz",
)  # fmt: skip
"""Loads that must not fail, whatever a name says besides."""

FREEZER_WORDS: Final = (
    "freezer", "gefrier", "tiefkühl", "vriezer", "congélateur", "congelador", "congelatore",
)  # fmt: skip

TARGET_WORDS: Final = (
    "target", "setpoint", "set point", "ambient", "outside", "soll", "ziel", "doel", "ingesteld", "consigne",
    "consigna", "objetivo", "impostata", "evaporator", "ice",
)  # fmt: skip
"""Words of a reading that is not how cold it is inside."""

RAIN_WORDS: Final = ("rain", "regen", "pluie", "lluvia", "pioggia", "niederschlag", "neerslag")
SOIL_WORDS: Final = (
    "soil", "plant", "boden", "erde", "pflanze", "grond", "bodem", "terre", "tierra", "suelo", "terreno", "pianta",
    "lawn", "irrigation", "garden", "garten",
)  # fmt: skip

OBSTRUCTION_WORDS: Final = ("obstruct", "obstacle", "hindernis", "obstakel", "obstáculo", "obstruc", "ostacolo")

HOT_WORDS: Final = (
    "oven", "stove", "cooktop", "hob", "ofen", "backofen", "four puissance", "puissance four", "puissance du four",
    "kochfeld", "kookplaat", "fornuis", "vitro", "horno", "cocción",
    "forno", "fornello", "piano cottura", "plancha", "iron", "bügeleisen", "strijkijzer", "fer à repasser",
    "ferro da stiro",
    "straightener", "glätteisen", "fan heater", "heizlüfter", "space heater",
)  # fmt: skip

IRON_WORDS: Final = (
    "iron", "bügeleisen", "strijkijzer", "fer à repasser", "ferro da stiro", "straightener", "glätteisen",
)  # fmt: skip
"""Hot things that are used for minutes."""

SLOW_COOK_WORDS: Final = ("slow cook", "sous vide", "sous-vide", "schongarer", "slowcooker", "bread", "brot")
"""Hot for hours on purpose."""

WASTE_WORDS: Final = (
    "waste", "garbage", "trash", "rubbish", "recycling", "bin", "bins", "abfall", "müll", "wertstoff", "biotonne",
    "restmüll", "gelber sack", "afval", "vuilnis", "poubelle", "déchets", "ordures", "basura", "residuos",
    "reciclaje", "rifiuti", "spazzatura", "raccolta",
)  # fmt: skip

GATE_WORDS: Final = ("gate", "gartentor", "hoftor", "tuinpoort", "poort", "portail", "verja", "portón", "cancello")

NOT_OURS_TO_CHARGE: Final = (
    "phone", "iphone", "ipad", "tablet", "watch", "laptop", "macbook", "handy", "car", "auto", "coche", "voiture",
    "tesla", "vehicle", "powerwall", "home battery", "house battery", "hausspeicher", "speicher", "solar",
    "inverter", "wechselrichter", "ups", "mower", "vacuum",
)  # fmt: skip
"""Batteries that are charged every day, or are no battery one changes."""

CONSUMABLE_WORDS: Final = (
    "filter", "filtre", "filtro", "toner", "cartridge", "patrone", "cartouche", "cartucho", "ink", "tinte", "encre",
    "salt", "salz", "zout", "brush", "bürste", "borstel", "brosse", "cepillo", "spazzola", "detergent", "descal",
    "entkalk", "rinse aid", "klarspüler", "strainer", "mop pad", "wischtuch", "dust bag", "staubbeutel", "stofzak",
)  # fmt: skip
BIN_FULL_WORDS: Final = (
    "bin full", "bin is full", "box full", "bag full", "tank full", "behälter voll", "beutel voll", "tank voll",
    "bak vol", "zak vol", "bac plein", "réservoir plein", "sac plein", "depósito lleno", "bolsa llena",
    "contenitore pieno", "serbatoio pieno", "sacchetto pieno",
)  # fmt: skip
LEFT_WORDS: Final = (
    "left", "remaining", "life", "lifespan", "lifetime", "verbleib", "restlauf", "restleb", "lebensdauer", "übrig",
    "resterend", "levensduur", "restant", "durée de vie", "vida", "rimanent", "residu", "vita",
)  # fmt: skip
"""Words of how much is left, where the amount alone might as well count up."""

USED_WORDS: Final = (
    "used",
    "usage",
    "wear",
    "verbrauch",
    "verbruik",
    "genutzt",
    "gebruikt",
    "utilisé",
    "usado",
    "usato",
)

FURNITURE_WORDS: Final = (
    "cupboard", "cabinet", "drawer", "wardrobe", "closet", "mailbox", "letterbox", "safe", "schrank",
    "schublade", "briefkasten", "kast", "lade", "brievenbus", "placard", "tiroir", "armoire", "armario",
    "cajón", "buzón", "armadio", "cassetto", "oven", "ofen", "horno", "forno",
)  # fmt: skip

APPLIANCE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "dishwasher": ("dishwasher", "geschirrspüler", "spülmaschine", "vaatwasser", "lave-vaisselle",
                   "lavavajillas", "lavastoviglie"),
    "dryer": ("dryer", "tumble", "trockner", "droger", "sèche-linge", "secadora", "asciugatrice"),
    "washer": ("washer", "washing machine", "waschmaschine", "wasmachine", "lave-linge", "lavadora",
               "lavatrice"),
    "microwave": ("microwave", "mikrowelle", "magnetron", "micro-ondes", "microondas", "microonde"),
}  # fmt: skip

NOT_APPLIANCES: Final = (
    "hair", "haartrockner", "haardroger", "hair dryer", "hairdryer", "sèche-cheveux", "hand dryer", "händetrockner",
    "towel", "handtuchtrockner", "handdoekdroger", "sèche-serviettes", "shoe dryer", "boot dryer", "schuhtrockner",
    "nail dryer", "pressure washer", "power washer", "window washer",
)  # fmt: skip
"""What is called a dryer or a washer too, and is no machine that one empties."""

END_WORDS: Final = (
    "completion", "finish", "end", "ends", "end time", "endzeit", "ende", "fertig", "voltooi", "einde", "eindtijd",
    "klaar", "fin", "termin", "finalización", "finaliza", "fine", "completamento",
)  # fmt: skip
"""Words of a time at which a machine will have finished."""

BEGIN_WORDS: Final = (
    "start", "begin", "début", "debut", "départ", "inicio", "inizio", "avvio", "delay", "last", "letzt", "laatst",
    "dernier", "dernière", "último", "última", "ultimo", "ultima",
)  # fmt: skip
"""Words of a time at which a machine begins, or did something long ago."""

CAR_WORDS: Final = (
    "car", "auto", "electric vehicle", "vehicle", "tesla", "voiture", "coche", "fahrzeug", "e-auto", "elektroauto",
    "voertuig", "veicolo", "automobile",
)  # fmt: skip
CHARGER_WORDS: Final = (
    "wallbox", "charger", "charging", "ladestation", "laden", "laadpaal", "laadpunt", "borne de recharge", "recharge",
    "cargador", "carga", "colonnina", "ricarica",
)  # fmt: skip
SMALL_CHARGER_WORDS: Final = (
    "phone", "handy", "tablet", "ipad", "laptop", "watch", "bike", "fahrrad", "fiets", "vélo", "toothbrush", "scooter",
    "battery pack", "vacuum", "mower", "toy",
)  # fmt: skip
"""What else is charged in a home: none of it is a car."""

EXPORT_WORDS: Final = (
    "export", "feed-in", "feed in", "einspeis", "teruglever", "injection", "vertido", "excedente", "immissione",
)  # fmt: skip
SOLAR_WORDS: Final = (
    "solar", "photovolt", "fotovolt", "pv", "zonne", "solaire", "solare", "solaranlage", "inverter",
)  # fmt: skip
HOUSE_LOAD_WORDS: Final = (
    "house consumption", "home consumption", "house load", "home load", "load power", "hausverbrauch", "huisverbruik",
    "consommation maison", "consumo casa", "consumo de la casa",
)  # fmt: skip
SOLD_WORDS: Final = (*EXPORT_WORDS, "average", "mean", "min", "max", "durchschnitt", "gemiddeld", "moyen", "media")
"""Words of a price that is not what the next kilowatt-hour costs."""

GUEST_WORDS: Final = (
    "guest", "visitor", "gast", "gäste", "gasten", "logeer", "invité", "ami", "invitado", "huésped", "ospite", "ospiti",
)  # fmt: skip

VACATION_WORDS: Final = (
    "vacation", "holiday", "urlaub", "ferien", "vakantie", "vacances", "vacaciones", "vacanz", "ferie", "reise",
    "viaje", "viaggio", "voyage", "journey", "trip",
)  # fmt: skip

IRRIGATION_WORDS: Final = (
    "irrigation", "sprinkler", "watering", "bewässerung", "beregnung", "beregening", "besproeiing", "sproeier",
    "arrosage", "riego", "irrigazione",
)  # fmt: skip
RAIN_DELAY_WORDS: Final = (
    "rain delay", "rain skip", "skip next", "regenverzögerung", "regenpause", "regenpauze", "regenvertraging",
    "report de pluie", "pause pluie", "retraso por lluvia", "ritardo pioggia",
)  # fmt: skip
NEXT_WORDS: Final = ("next", "nächste", "volgende", "prochain", "próximo", "próxima", "siguiente", "prossim")

TRAVEL_WORDS: Final = (
    "travel time", "commute", "reisezeit", "fahrzeit", "reistijd", "temps de trajet", "tiempo de viaje",
    "tempo di viaggio",
)  # fmt: skip

REMOTE_START_WORDS: Final = (
    "remote start", "remote_start", "fernstart", "start op afstand", "démarrage à distance", "inicio remoto",
    "avvio remoto",
)  # fmt: skip

BED_WORDS: Final = ("bed", "bett", "lit", "cama", "letto", "mattress", "matratze", "matras")
COOKING_WORDS: Final = (
    "cooktop", "hob", "stove", "oven", "cooker", "herd", "kochfeld", "ofen", "kookplaat", "fornuis",
    "plaque", "four", "vitro", "horno", "cocción", "fornello", "forno", "piano cottura",
)  # fmt: skip
SEAT_WORDS: Final = ("sofa", "couch", "seat", "armchair", "sessel", "bank", "canapé", "sofá", "divano")

_COMPOUND: Final = r"(?:\b|seite|fenster|roll|jalous|fassade|balkon|terrass|zimmer|zijde|kant|raam|gevel|kamer)"
FACADES: Final[Mapping[float, re.Pattern[str]]] = {
    azimuth: re.compile(rf"\b(?:{whole})\b|\b(?:{begin}){_COMPOUND}")
    for azimuth, whole, begin in (
        (45.0, r"north[- ]?east|nord[- ]est|noreste|nordeste", r"nord[- ]?ost|noord[- ]?oost"),
        (135.0, r"south[- ]?east|sud[- ]?est|sureste|sudeste", r"süd[- ]?ost|sued[- ]?ost|zuid[- ]?oost"),
        (225.0, r"south[- ]?west|sud[- ]?ouest|suroeste|sudoeste|sud[- ]?ovest", r"(?:süd|sued|zuid)[- ]?west"),
        (315.0, r"north[- ]?west|nord[- ]?ouest|noroeste|nord[- ]?ovest", r"nord[- ]?west|noord[- ]?west"),
        (0.0, r"north|norte", r"nord|noord"),
        (90.0, r"east|est|este", r"ost|oost"),
        # "Sur" is south in Spanish and "on" in French: only at the end, or beside what has a side.
        (180.0, r"south|sud|sur$|(?:fachada|lado|orientación|persiana|estor|ventana|cara) sur", r"süd|sued|zuid"),
        (270.0, r"west|ouest|oeste|ovest", r"west"),
    )
}  # fmt: skip
"""Where a façade looks, in degrees from north by east, by the words for it; what is between two comes first."""

GARAGE_OR_GATE: Final = re.compile(
    r"garage|garaje|autorimessa|cochera|\bbox auto\b|\bcarport"
    r"|\b(?:drive|farm|field|garden|side|sliding|swing|yard)?gates?\b|\bbarriers?\b|barri[eè]re"
    r"|\b(?:roller|roll[- ]?up|rolling|overhead|sectional|barn|tilt|shutter)[- ]?doors?\b"
    r"|(?:\b|garten|hof|einfahrts?|roll|sektional|schwing|schiebe|kipp|flügel|fluegel|scheunen|hallen|zufahrts?|haupt)"
    r"tor(?:e|es|s)?\b|torantrieb|schranke"
    r"|poort|slagboom|kanteldeur|\bhek(?:werk)?\b"
    r"|portail|portillon|verja|\bport[oó]n\b|\bcancel(?:a|la|lo|li|letto)\b|basculante|serranda|\bsbarra\b"
)
"""Names of what moves with force, whatever else they say: a blind before a garage window costs a tap more."""

DOOR_OR_ROOF_WINDOW: Final = re.compile(
    r"\bdoors?\b|\bhatch(?:es)?\b|t(?:ü|ue)r(?:e|en)?\b|klappe\b"
    r"|(?:\b|voor|achter|schuif|tuin|terras|keuken|balkon|schuur|zij|buiten)deur(?:en)?\b|\bluik\b"
    r"|\bportes?\b|\bportes?[- ]fen[eê]tres?\b|\bpuertas?\b|\bport[ae]\b|\bportone\b|portafinestra"
    r"|dach(?:flächen|flaechen)?fenster|dachluke|oberlicht|lichtkuppel|velux|\bfakro\b"
    r"|(?:roof|sky|loft|attic) ?(?:window|light)|skylight|dakra(?:am|men)|lichtkoepel|lichtstraat"
    r"|fen[eê]tres? de toit|puits? de lumi[eè]re|lucarne|claraboya|tragaluz|ventanas? (?:de|del) te(?:jado|cho)"
    r"|lucernari[oi]|finestr[ae] (?:da|sul|del) tetto"
)
"""Names of what may move with force, unless they say that it is what hangs before it."""

BLIND_WORDS: Final = re.compile(
    r"blind|\bshad(?:e|es|ing)\b|shutter|awning|curtain|drape|\bscreens?\b"
    r"|roll(?:o\b|os\b|l?[aä]den)|jalous|raffstore|pliss[eé]|markise|vorh[aä]ng|gardine|beschatt|verdunk|sonnenschutz"
    r"|gordijn|jaloezie|zonwering|luifel|rolluik|lamel"
    r"|\bstores?\b|\bvolets?\b|rideau|brise[- ]soleil|persien"
    r"|persian[ae]|\bestor(?:es)?\b|cortina|toldo|venecian|tapparell|\btend[ae]\b|venezian|avvolgibil|zanzarier|oscurant"
)
"""Names of what hangs before a window or a door."""

FINISHED_WORDS: Final = frozenset(
    {
        "finished", "finish", "end", "ended", "done", "complete", "completed", "program_ended",
        "anti_crease", "wrinkle_prevent", "wrinkle_free",
    }
)  # fmt: skip
PAUSED_WORDS: Final = frozenset({"pause", "paused", "hold", "interrupted", "waiting", "delayed_start", "delayedstart"})
RUNNING_WORDS: Final = frozenset(
    {"running", "run", "in_use", "washing", "drying", "rinsing", "spinning", "heating", "cleaning", "on"}
)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for a list of words: a survey asks for thousands of names."""
    # Short words only count when they stand alone: "hal" is in "chalk", "bed" in "embedded".
    parts = (rf"\b{re.escape(word)}\b" if len(word) <= 4 else re.escape(word) for word in words)  # noqa: PLR2004
    return re.compile("|".join(parts))


def mentions(name: str, words: tuple[str, ...]) -> bool:
    """Return whether a name contains one of the words, at the start of a word or inside a compound."""
    return _pattern(words).search(name.lower()) is not None


def room_of(name: str | None) -> Room:
    """Return the role of a room by its name; other when the name says nothing."""
    if not name:
        return Room.UNKNOWN
    for room, words in ROOM_WORDS.items():
        if mentions(name, words):
            return room
    return Room.OTHER


def facade_of(name: str) -> float | None:
    """Return where a façade looks that a name speaks of, in degrees from north by east; None when it says nothing."""
    low = name.lower()
    return next((azimuth for azimuth, pattern in FACADES.items() if pattern.search(low)), None)
