"""How people name rooms and things, in the six languages of the interface."""

from types import MappingProxyType
from typing import Final

from assistant.enums import Room

LANGUAGES: Final = ("en", "de", "nl", "fr", "es", "it")

AREAS: Final = MappingProxyType(
    {
        Room.BEDROOM: ("Bedroom", "Schlafzimmer", "Slaapkamer", "Chambre", "Dormitorio", "Camera da letto"),
        Room.LIVING_ROOM: ("Living room", "Wohnzimmer", "Woonkamer", "Salon", "Salón", "Soggiorno"),
        Room.KITCHEN: ("Kitchen", "Küche", "Keuken", "Cuisine", "Cocina", "Cucina"),
        Room.BATHROOM: ("Bathroom", "Badezimmer", "Badkamer", "Salle de bain", "Baño", "Bagno"),
        Room.OFFICE: ("Office", "Arbeitszimmer", "Kantoor", "Bureau", "Despacho", "Studio"),
        Room.HALL: ("Hallway", "Flur", "Hal", "Entrée", "Recibidor", "Ingresso"),
        Room.CHILD_ROOM: ("Kids room", "Kinderzimmer", "Kinderkamer", "Chambre d'enfant", "Cuarto infantil",
                          "Camera bambini"),
        Room.UTILITY: ("Utility room", "Waschküche", "Bijkeuken", "Buanderie", "Lavadero", "Lavanderia"),
        Room.OTHER: ("Garage", "Garage", "Garage", "Garage", "Garaje", "Garage"),
        Room.OUTDOORS: ("Garden", "Garten", "Tuin", "Jardin", "Jardín", "Giardino"),
    }
)  # fmt: skip

THINGS: Final = MappingProxyType(
    {
        "window": ("window", "Fenster", "Raam", "Fenêtre", "Ventana", "Finestra"),
        "front door": ("Front door", "Haustür", "Voordeur", "Porte d'entrée", "Puerta principal", "Porta d'ingresso"),
        "motion": ("motion", "Bewegung", "Beweging", "Mouvement", "Movimiento", "Movimento"),
        "presence": ("presence", "Präsenz", "Aanwezigheid", "Présence", "Presencia", "Presenza"),
        "bed": ("bed", "Bett", "Bed", "Lit", "Cama", "Letto"),
        "light": ("light", "Licht", "Lamp", "Lumière", "Luz", "Luce"),
        "reading lamp": ("lamp", "Stehlampe", "Vloerlamp", "Lampe", "Lámpara", "Lampada"),
        "porch": ("Porch light", "Außenlicht", "Buitenlamp", "Lumière extérieure", "Luz exterior", "Luce esterna"),
        "tv": ("TV", "Fernseher", "TV", "Télé", "Tele", "TV"),
        "lock": ("lock", "Schloss", "Slot", "Serrure", "Cerradura", "Serratura"),
        "garage": ("Garage door", "Garagentor", "Garagedeur", "Porte de garage", "Puerta del garaje",
                   "Porta del garage"),
        "washer": ("Washing machine", "Waschmaschine", "Wasmachine", "Lave-linge", "Lavadora", "Lavatrice"),
        "dryer": ("Dryer", "Trockner", "Droger", "Sèche-linge", "Secadora", "Asciugatrice"),
        "dishwasher": ("Dishwasher", "Geschirrspüler", "Vaatwasser", "Lave-vaisselle", "Lavavajillas",
                       "Lavastoviglie"),
        "state": ("state", "Status", "Status", "État", "Estado", "Stato"),
        "door": ("door", "Tür", "Deur", "Porte", "Puerta", "Porta"),
        "thermostat": ("thermostat", "Thermostat", "Thermostaat", "Thermostat", "Termostato", "Termostato"),
        "boiler": ("Water heater", "Warmwasser", "Boiler", "Chauffe-eau", "Calentador", "Scaldabagno"),
        "fridge": ("Fridge", "Kühlschrank", "Koelkast", "Frigo", "Nevera", "Frigorifero"),
        "freezer": ("Freezer", "Gefrierschrank", "Vriezer", "Congélateur", "Congelador", "Congelatore"),
        "temperature": ("temperature", "Temperatur", "Temperatuur", "Température", "Temperatura", "Temperatura"),
        "oven": ("Oven", "Backofen", "Oven", "Four", "Horno", "Forno"),
        "iron": ("Iron", "Bügeleisen", "Strijkijzer", "Fer à repasser", "Plancha", "Ferro da stiro"),
        "power": ("power", "Leistung", "Vermogen", "Puissance", "Potencia", "Potenza"),
        "waste": ("Waste collection", "Müllabfuhr", "Afvalkalender", "Collecte des déchets", "Recogida de basura",
                  "Raccolta rifiuti"),
        "alarm": ("Alarm", "Alarmanlage", "Alarm", "Alarme", "Alarma", "Allarme"),
        "awning": ("Awning", "Markise", "Zonnescherm", "Store banne", "Toldo", "Tenda da sole"),
        "blind": ("blind", "Jalousie", "Jaloezie", "Store", "Persiana", "Veneziana"),
        "shade": ("shade", "Rollo", "Rolgordijn", "Store enrouleur", "Estor", "Tenda a rullo"),
        "shutter": ("shutter", "Rollladen", "Rolluik", "Volet", "Persiana enrollable", "Tapparella"),
        "curtain": ("curtain", "Vorhang", "Gordijn", "Rideau", "Cortina", "Tenda"),
        "north": ("north", "Nord", "noord", "nord", "norte", "nord"),
        "east": ("east", "Ost", "oost", "est", "este", "est"),
        "south": ("south", "Süd", "zuid", "sud", "sur", "sud"),
        "west": ("west", "West", "west", "ouest", "oeste", "ovest"),
        "roof window": ("Roof window", "Dachfenster", "Dakraam", "Fenêtre de toit", "Ventana de techo", "Lucernario"),
        "co2": ("CO2", "CO2", "CO2", "CO2", "CO2", "CO2"),
        "humidity": ("humidity", "Luftfeuchte", "Vochtigheid", "Humidité", "Humedad", "Umidità"),
        "vacuum": ("Robot", "Saugroboter", "Robotstofzuiger", "Aspirateur", "Robot aspirador", "Robot aspirapolvere"),
        "battery": ("battery", "Batterie", "Batterij", "Pile", "Pila", "Batteria"),
        "filter": ("Filter left", "Filter verbleibend", "Filter resterend", "Filtre restant", "Filtro restante",
                   "Filtro residuo"),
        "smoke": ("Smoke detector", "Rauchmelder", "Rookmelder", "Détecteur de fumée", "Detector de humo",
                  "Rilevatore di fumo"),
        "leak": ("Leak", "Wassermelder", "Lekkage", "Fuite d'eau", "Fuga de agua", "Perdita acqua"),
        "car": ("Car", "Auto", "Auto", "Voiture", "Coche", "Automobile"),
        "cable": ("charging cable", "Ladekabel", "Laadkabel", "Câble", "Cable", "Cavo"),
        "place": ("location", "Standort", "Locatie", "Position", "Ubicación", "Posizione"),
        "charger": ("Wallbox charging", "Wallbox Laden", "Laadpaal", "Borne de recharge", "Cargador coche",
                    "Wallbox ricarica"),
        "price": ("Electricity price", "Strompreis", "Stroomprijs", "Prix de l'électricité", "Precio de la luz",
                  "Prezzo dell'energia"),
        "export": ("Grid export", "Einspeisung", "Teruglevering", "Injection réseau", "Vertido a red",
                   "Immissione in rete"),
        "remote start": ("remote start", "Fernstart", "start op afstand", "démarrage à distance", "inicio remoto",
                         "avvio remoto"),
        "moisture": ("moisture", "Feuchte", "Vocht", "Humidité", "Humedad", "Umidità"),
        "irrigation": ("Irrigation", "Bewässerung", "Beregening", "Arrosage", "Riego", "Irrigazione"),
        "next run": ("next run", "nächster Lauf", "volgende beurt", "prochain cycle", "próximo ciclo",
                     "prossimo ciclo"),
        "rain delay": ("rain delay", "Regenpause", "Regenpauze", "pause pluie", "retraso por lluvia",
                       "ritardo pioggia"),
        "travel time": ("Travel time", "Fahrzeit", "Reistijd", "Temps de trajet", "Tiempo de viaje",
                        "Tempo di viaggio"),
        "calendar": ("Calendar", "Kalender", "Agenda", "Agenda", "Agenda", "Calendario"),
        "reminders": ("Reminders", "Erinnerungen", "Herinneringen", "Rappels", "Recordatorios", "Promemoria"),
        "guest phone": ("Guest phone", "Gäste-Handy", "Telefoon gast", "Téléphone invité", "Móvil invitado",
                        "Telefono ospite"),
    }
)  # fmt: skip


def area_name(room: Room, language: str) -> str:
    """Return what a room is called."""
    return AREAS[room][LANGUAGES.index(language)]


def thing_name(thing: str, language: str) -> str:
    """Return what a thing is called."""
    return THINGS[thing][LANGUAGES.index(language)]
