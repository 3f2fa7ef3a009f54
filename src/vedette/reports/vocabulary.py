"""The words of the genre: what is done in a war, to what, and who says so. Lemmas, in lower case."""

from __future__ import annotations

__all__ = [
    "ACCUSE", "APPEAL", "ATTACK_NOUNS", "ATTEMPT", "BEGIN", "CLAIM_NOUNS", "DENY", "DISCARD_NOUNS", "EQUIPMENT",
    "EVENT_NOUNS", "FORCES", "GROUND", "INTENT", "INTENT_NOUNS", "LIGHT", "LOOSE", "MILITARY", "PARTS", "PEOPLE",
    "PLACE_WORDS", "PREVENT", "ROUTES", "SPEECH", "TITLES", "VERBS",
]  # fmt: skip


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Nouns, by what they are.

GROUND = _set(
    "town city village settlement hamlet position height hill hilltop ridge area territory ground district region base "
    "outpost airport airfield airbase bridge crossing neighborhood neighbourhood suburb outskirt outskirts stronghold headquarters "
    "hq camp checkpoint port dam building school hospital factory plant complex junction crossroads farm farmland island "
    "locality community foothold bridgehead land trench facility border capital centre center enclave corridor strip "
    "province quarter post fortification fort fortress barracks garrison positions line forest woodland sector defence "
    "defense countryside state county mountain peak pocket mine refinery half third kilometer kilometre km mile swath "
    "swathe part salient headquarter compound parliament palace palaces zone depot oilfield field gains"
)
ROUTES = _set(
    "road highway route corridor railway motorway lifeline artery supply supplies crossing bridge pass logistics line street track"
)
FORCES = _set(
    "force troop soldier army unit brigade division battalion regiment fighter militant rebel militia paramilitary "
    "paratrooper marine infantry insurgent jihadist separatist contingent garrison guard invader occupier enemy "
    "opponent adversary military group groupings grouping mercenary terrorist volunteer column convoy detachment navy junta "
    "regime government coalition alliance side defender attacker loyalist ally police serviceman commando opposition bloc saboteur infiltrator gunman raider militiaman ally contingent jet warplane"
)
PEOPLE = _set(
    "soldier civilian people person man woman child fighter militant serviceman servicewoman serviceperson member "
    "insurgent officer journalist resident troop policeman police combatant mercenary personnel pilot commander general "
    "rebel terrorist villager student worker medic doctor patient passenger victim dead wounded prisoner jihadist "
    "colonel volunteer conscript recruit girl boy family militiaman guard displaced refugee occupier boys girls nurse"
)
EQUIPMENT = _set(
    "tank vehicle aircraft drone uav jet plane helicopter warplane gun launcher howitzer armour armor apc ifv bmp "
    "warship ship boat depot ammunition equipment weapon radar bomber missile system carrier battery mortar truck "
    "cruiser frigate submarine warehouse hardware weaponry bulldozer fighter-jet su-25 f-16"
)
ATTACK_NOUNS = _set(
    "attack assault offensive advance push incursion raid counterattack counter-attack counteroffensive "
    "counter-offensive operation breakthrough attempt onslaught infiltration invasion thrust storm storming blitz ambush"
)
PLACE_WORDS = _set(
    "town city village settlement hamlet area territory district region enclave province capital port base airport "
    "neighborhood neighbourhood suburb state county corridor island strip zone locality community there it peninsula "
    "governorate oblast raion road highway bridge place stronghold outpost camp dam mountain hub line headquarters"
)
PARTS = _set(
    "whole entirety rest remainder heart core part some several dozens number few many most outskirt outskirts edge suburb half third quarter section portion swath "
    "swathe bit majority percent % elements pocket stretch fraction bulk"
)
CLAIM_NOUNS = _set(
    "claim report allegation accusation statement assertion announcement rumour rumor suggestion news charge word "
    "warning insistence belief assessment confirmation"
)
TITLES = _set(
    "president minister spokesman spokeswoman spokesperson commander general colonel major governor mayor chief leader "
    "official officer adviser advisor secretary ambassador prime deputy captain lieutenant king prince mr mrs ms dr sir "
    "brigadier admiral marshal warlord director head chairman envoy correspondent analyst premier dictator sheikh"
)

EVENT_NOUNS: dict[str, str] = {
    **dict.fromkeys(_set("capture seizure recapture takeover liberation conquest fall"), "capture"),
    **dict.fromkeys(_set("control occupation hold foothold bridgehead presence possession"), "control"),
    **dict.fromkeys(
        _set(
            "withdrawal retreat pullout pullback pull-out pull-back evacuation exit exodus repositioning disengagement rout"
        ),
        "withdrawal",
    ),
    **dict.fromkeys(
        _set(
            "assault offensive counterattack counter-attack counteroffensive counter-offensive incursion onslaught "
            "invasion storming infiltration ambush attack operation raid sortie foray charge landing counterstroke counter-stroke "
            "counterstrike counterblow countermeasure onrush"
        ),
        "assault",
    ),
    **dict.fromkeys(
        _set("advance progress gain inroad breakthrough push headway penetration breach thrust"), "advance"
    ),
    **dict.fromkeys(
        _set(
            "strike airstrike air-strike shelling bombardment bombing barrage salvo shell missile rocket airstrikes fire "
            "bomb explosion blast volley cannonade fusillade pounding"
        ),
        "strike",
    ),
    **dict.fromkeys(
        _set("casualty loss death killing fatality wounded injury toll massacre dead prisoner corpse body captive"),
        "casualties",
    ),
    **dict.fromkeys(_set("encirclement siege blockade pocket cordon noose"), "encirclement"),
    **dict.fromkeys(
        _set("reinforcement deployment redeployment mobilization mobilisation buildup build-up reserve"),
        "reinforcement",
    ),
    **dict.fromkeys(_set("aid assistance support backing help weapon arm mercenary supply package"), "support"),
    **dict.fromkeys(_set("ceasefire cease-fire truce armistice cessation"), "ceasefire"),
    **dict.fromkeys(
        _set(
            "fighting clash battle combat hostility violence war firefight skirmish conflict situation fight escalation "
            "damage crossfire standoff stalemate displacement"
        ),
        "other",
    ),
}
"""The kind of claim that an event told as a noun makes."""

INTENT_NOUNS = _set(
    "plan goal aim objective intention intent effort attempt bid desire ambition intend strategy target"
)
DISCARD_NOUNS = _set("talk meeting statement comment interview condolence election anniversary sanction")

MILITARY = (
    FORCES | ATTACK_NOUNS | EQUIPMENT | frozenset(EVENT_NOUNS)
    | _set(
        "front frontline defence defense military war position artillery civilian soldier territory enemy troops "
        "missile morale nuclear martial army battlefield reserve logistics positional footage conscript munition infrastructure"
    )
)  # fmt: skip
"""A clause that names one of these, and a verb nothing else knows, is about the war."""

# Verbs. Each lemma maps to what it claims by the class of its object (or, passive, its subject).

VERBS: dict[str, str] = {
    **dict.fromkeys(
        _set(
            "capture seize take retake recapture liberate occupy overrun free conquer reclaim regain recover secure wrest "
            "win clear annex gain overran reconquer reoccupy claim grab"
        ),
        "take",
    ),
    **dict.fromkeys(_set("lose surrender cede forfeit"), "lose"),
    "fall": "fall",
    **dict.fromkeys(_set("hold control retain keep maintain defend rule administer govern dominate"), "hold"),
    **dict.fromkeys(
        _set("withdraw retreat abandon evacuate vacate leave quit flee regroup fall-back pull-out pull-back relinquish retire"),
        "withdraw",
    ),
    **dict.fromkeys(_set("attack assault storm assail invade raid counterattack counter-attack ambush"), "assault"),
    **dict.fromkeys(
        _set("repel repulse thwart foil rebuff stymie blunt beat fend stave rout parry defeat halt contain stall fight-off resist hold-off"),
        "repulse",
    ),
    **dict.fromkeys(
        _set("advance progress push approach penetrate reach breach inch enter encroach near move close break press drive cross infiltrate slip march roll "
            "pour sweep sneak thrust punch surge bypass outflank link"),
        "advance",
    ),
    **dict.fromkeys(_set("strike shell bomb bombard hit target pound fire launch rain blast pummel barrage strafe blow raze"), "strike"),
    **dict.fromkeys(
        _set(
            "kill wound injure die destroy shoot down neutralise neutralize eliminate perish knock maim annihilate "
            "martyr slaughter massacre obliterate liquidate disable detain bury intercept sink"
        ),
        "harm",
    ),
    **dict.fromkeys(_set("encircle surround besiege blockade trap envelop isolate"), "encircle"),
    **dict.fromkeys(_set("cut sever block interdict close disrupt"), "cut"),
    **dict.fromkeys(_set("reopen open unblock deblock restore"), "open"),
    **dict.fromkeys(_set("reinforce deploy redeploy mobilise mobilize amass mass concentrate transfer rush station"), "reinforce"),
    **dict.fromkeys(_set("supply arm support back aid assist train equip fund provide deliver send recruit finance bolster help receive ship"), "support"),
    **dict.fromkeys(_set("violate agree broker observe respect honour honor"), "truce"),
    **dict.fromkeys(_set("damage displace clash fight battle rage erupt intensify continue escalate worsen deteriorate struggle"), "other"),
}  # fmt: skip

SPEECH = _set(
    "say state announce report claim tell declare add note confirm admit acknowledge insist assert allege argue warn "
    "reveal write explain stress emphasize emphasise describe suggest estimate assess believe deny boast concede "
    "disclose indicate maintain mention remark respond reply tweet post predict expect forecast complain speculate "
    "think accuse blame vow pledge promise threaten publish refute reject dismiss conclude recall recount communicate "
    "record cite quote share brief observe consider stipulate proclaim inform release show verify underline relate see "
    "document testify understand learn hear fear call name know contend retort counter scoff grant divulge hint signal "
    "caution reckon calculate guess doubt underscore brag trumpet lament inform notify advise recognise recognize judge "
    "specify text cable telephone broadcast list tally boast quip contradict swear submit summarise summarize"
)
LOOSE = _set(
    "maintain grant signal counter judge guess doubt list tally text broadcast recognise recognize submit swear show see consider know release share name call learn hear understand describe cite record observe post"
)
"""Speech verbs only where they govern a clause."""

DENY = _set("deny refute reject dismiss rebut contradict dispute rubbish disprove debunk")
ACCUSE = _set("accuse blame")
APPEAL = _set(
    "call urge appeal demand ask request condemn congratulate thank praise invite beg implore welcome commend"
)
ATTEMPT = _set("try attempt seek struggle fight strive battle")
INTENT = _set(
    "want plan intend aim vow threaten prepare wish hope pledge promise decide order swear resolve mull consider seek"
)
BEGIN = _set("begin start continue keep manage succeed go proceed resume remain be help come get stop cease")
PREVENT = _set("prevent stop halt block fail refuse refrain keep deter bar")
LIGHT = _set(
    "make launch conduct carry mount begin continue stage undertake execute lead press intensify resume wage come face "
    "suffer sustain inflict report have see remain be stay establish impose lift put place keep lay maintain achieve "
    "start declare sign announce break last hold occur happen follow take stop lose fail gain cause leave give result "
    "bring find rage continue erupt focus exchange engage involve open perform agree expand extend exploit"
)
