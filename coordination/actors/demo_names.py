"""What the demo's places are called, where more than one part of it names them."""

MUNICIPALITY = "Örebro kommun"
OFFICE = "Kommunledningskontoret"
UPPER_SECONDARY = "Gymnasieförvaltningen"
SOCIAL = "Socialförvaltningen"
PARTNERSHIP = "Partnerskap Örebro"
HOUSING = "ÖrebroBostäder AB"
POLICE = "Polisen, lokalpolisområde Örebro"
CULTURE = "Kultur- och fritidsförvaltningen"
REGION = "Region Örebro län"

WEST = ("Vivalla", "Baronbackarna", "Oxhagen", "Varberga")
