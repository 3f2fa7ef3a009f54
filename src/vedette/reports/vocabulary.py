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
    "town city village settlement hamlet position height hill hilltop ridge area territory ground district region "
    "base outpost airport airfield airbase bridge crossing neighborhood neighbourhood suburb outskirt outskirts "
    "stronghold headquarters hq camp checkpoint port dam building school hospital factory plant complex junction "
    "crossroads farm farmland island locality community foothold bridgehead land trench facility border capital "
    "centre center enclave corridor strip province quarter post fortification fort fortress barracks garrison "
    "positions line forest woodland sector defence defense countryside state county mountain peak pocket mine "
    "refinery half third kilometer kilometre km mile swath swathe part salient headquarter compound parliament palace "
    "palaces zone depot oilfield field gains market marketplace bazaar souk bank side station square citadel "
    "cathedral church mosque monastery gate university college campus stadium prison jail harbour harbor dock pier "
    "waterfront shore shoreline coast coastline bay headland cape islet spur slope knoll knob plateau plain valley "
    "gorge ravine canyon wadi massif range crest hillside mound foothill treeline grove orchard plantation steppe "
    "desert oasis marsh swamp delta ford causeway overpass flyover interchange roundabout intersection boulevard "
    "avenue street block tower high-rise apartment house villa warehouse silo elevator mill brickworks steelworks "
    "works pit quarry slagheap terminal hangar runway airstrip aerodrome helipad site installation arsenal armoury "
    "armory dump bunker dugout pillbox redoubt blockhouse strongpoint bastion castle wall belt perimeter axis flank "
    "front frontline rear hinterland heartland homeland periphery fringe environs approach approaches entrance "
    "crossroad ministry residence mansion courthouse consulate embassy shrine cemetery graveyard hotel medina "
    "downtown municipality canton commune township cantonment hub railhead siding tunnel defile road highway lake "
    "river canal reservoir substation stretch tract lowland highland upland interior mainland country nation "
    "beachhead beach sanctuary lair den hideout nest encampment outstation roadblock spit sub-district governorate "
    "oblast raion prefecture fief location point clinic academy borough foot summit top high-ground chokepoint "
    "customs spot"
)
ROUTES = _set(
    "road highway route corridor railway motorway lifeline artery supply supplies crossing bridge pass logistics line "
    "street track traffic lorry convoys access link thoroughfare path trail lane causeway passage tunnel pipeline "
    "connection communication communications approach"
)
FORCES = _set(
    "force troop soldier army unit brigade division battalion regiment fighter militant rebel militia paramilitary "
    "paratrooper marine infantry insurgent jihadist separatist contingent garrison guard invader occupier enemy "
    "opponent adversary military group groupings grouping mercenary terrorist volunteer column convoy detachment navy "
    "junta regime government coalition alliance side defender attacker loyalist ally police serviceman commando "
    "opposition bloc saboteur infiltrator gunman raider militiaman ally contingent jet warplane element sapper patrol "
    "gunner artilleryman artillery scout vanguard rearguard spearhead squad platoon squadron corps legion guerrilla "
    "guerilla partisan secessionist islamist extremist radical jihadi gang bandit irregular reservist conscript "
    "peacekeeper commandos task-force flotilla fleet outfit faction tribesman vigilante aggressor foe assailant "
    "besieger proxy mutineer paramilitaries battlegroup formation peshmerga mujahideen mujahid ranger gendarme armour "
    "armor tank sniper crew airborne paratroops legionnaire hardliner rival insurgency cavalry sailor servicemen "
    "warplanes"
)
PEOPLE = _set(
    "soldier civilian people person man woman child fighter militant serviceman servicewoman serviceperson member "
    "insurgent officer journalist resident troop policeman police combatant mercenary personnel pilot commander "
    "general rebel terrorist villager student worker medic doctor patient passenger victim dead wounded prisoner "
    "jihadist colonel volunteer conscript recruit girl boy family militiaman guard displaced refugee occupier boys "
    "girls nurse peacekeeper paramedic rescuer driver shepherd farmer pupil schoolchild schoolgirl schoolboy infant "
    "baby toddler elder imam priest monk nun protester demonstrator shopper worshipper mourner pilgrim migrant "
    "evacuee inhabitant citizen foreigner gunman sailor airman crewman reservist guardsman guerrilla sergeant "
    "lieutenant corporal captain extremist jihadi attacker assailant bomber relative bystander passer-by pedestrian "
    "human hostage detainee captive teacher cameraman reporter photographer employee staff staffer crew teenager "
    "minor adult marine paratrooper fatality brother sister mother father son daughter peshmerga legionnaire martyr"
)
EQUIPMENT = _set(
    "tank vehicle aircraft drone uav jet plane helicopter warplane gun launcher howitzer armour armor apc ifv bmp "
    "warship ship boat depot ammunition equipment weapon radar bomber missile system carrier battery mortar truck "
    "cruiser frigate submarine warehouse hardware weaponry bulldozer fighter-jet su-25 f-16 pickup technical lorry "
    "jeep humvee mrap gunship chopper quadcopter bayraktar tb2 shahed lancet grad smerch uragan himars mlrs katyusha "
    "s-300 s-400 buk osa pantsir tor patriot iskander rifle machinegun machine-gun kalashnikov rpg vessel corvette "
    "destroyer minesweeper barge locomotive mig mig-29 mig-31 su-24 su-34 su-35 su-30 mi-8 mi-24 mi-28 ka-52 an-26 "
    "il-76 t-72 t-80 t-90 t-64 bmp-2 bradley leopard abrams stryker airplane aeroplane glider balloon tanker "
    "artillery cannon ammo munition arsenal stockpile excavator armoured armored btr gunboat dinghy interceptor awacs "
    "drones hovercraft"
)
ATTACK_NOUNS = _set(
    "attack assault offensive advance push incursion raid counterattack counter-attack counteroffensive "
    "counter-offensive operation breakthrough attempt onslaught infiltration invasion thrust storm storming blitz "
    "ambush aggression sortie charge rush onrush diversion sally foray counter-assault counterassault drive landing"
)
PLACE_WORDS = _set(
    "town city village settlement hamlet area territory district region enclave province capital port base airport "
    "neighborhood neighbourhood suburb state county corridor island strip zone locality community there it peninsula "
    "governorate oblast raion road highway bridge place stronghold outpost camp dam mountain hub line headquarters "
    "valley plain plateau township municipality airfield airstrip canton republic lake"
)
PARTS = _set(
    "fifth tenth quarter sixth eighth whole entirety rest remainder heart core part some several dozens number few many most outskirt outskirts edge "
    "suburb half third quarter section portion swath swathe bit majority percent % elements pocket stretch fraction "
    "bulk share slice chunk expanse tract patch corner end side flank fringe"
)
CLAIM_NOUNS = _set(
    "claim report allegation accusation statement assertion announcement rumour rumor suggestion news charge word "
    "warning insistence belief assessment confirmation notion idea talk contention insinuation boast denial version "
    "story testimony account disclosure revelation speculation"
)
TITLES = _set(
    "president minister spokesman spokeswoman spokesperson commander general colonel major governor mayor chief "
    "leader official officer adviser advisor secretary ambassador prime deputy captain lieutenant king prince mr mrs "
    "ms dr sir brigadier admiral marshal warlord director head chairman envoy correspondent analyst premier dictator "
    "sheikh major-general brigadier-general lieutenant-general sergeant corporal commandant councillor lawmaker "
    "senator chancellor monarch emir sultan pope bishop cleric imam ayatollah professor historian researcher activist "
    "blogger journalist reporter witness medic strategist"
)

EVENT_NOUNS: dict[str, str] = {
    **dict.fromkeys(
        _set(
            "capture seizure recapture takeover liberation conquest fall reconquest annexation reoccupation overrunning "
            "subjugation"
        ),
        "capture",
    ),
    **dict.fromkeys(
        _set("control occupation hold foothold bridgehead presence possession grip stranglehold toehold"), "control"
    ),
    **dict.fromkeys(
        _set(
            "withdrawal retreat pullout pullback pull-out pull-back evacuation exit exodus repositioning disengagement rout "
            "drawdown abandonment stampede exfiltration capitulation"
        ),
        "withdrawal",
    ),
    **dict.fromkeys(
        _set(
            "assault offensive counterattack counter-attack counteroffensive counter-offensive incursion onslaught invasion "
            "storming infiltration ambush attack operation raid sortie foray charge landing counterstroke counter-stroke "
            "counterstrike counterblow countermeasure onrush aggression counter-assault counterassault sally"
        ),
        "assault",
    ),
    **dict.fromkeys(
        _set(
            "advance progress gain inroad breakthrough push headway penetration breach thrust advancement encroachment"
        ),
        "advance",
    ),
    **dict.fromkeys(
        _set(
            "strike airstrike air-strike shelling bombardment bombing barrage salvo shell missile rocket airstrikes fire bomb "
            "explosion blast volley cannonade fusillade pounding sortie gunfire shellfire strafing detonation"
        ),
        "strike",
    ),
    **dict.fromkeys(
        _set(
            "casualty loss death killing fatality wounded injury toll massacre dead prisoner corpse body captive bloodshed "
            "carnage slaughter"
        ),
        "casualties",
    ),
    **dict.fromkeys(_set("encirclement siege blockade pocket cordon noose envelopment"), "encirclement"),
    **dict.fromkeys(
        _set(
            "reinforcement deployment redeployment mobilization mobilisation buildup build-up reserve call-up conscription "
            "massing airlift"
        ),
        "reinforcement",
    ),
    **dict.fromkeys(
        _set("aid assistance support backing help weapon arm mercenary supply package armament weaponry patronage"),
        "support",
    ),
    **dict.fromkeys(_set("ceasefire cease-fire truce armistice cessation lull"), "ceasefire"),
    **dict.fromkeys(
        _set(
            "fighting clash battle combat hostility violence war firefight skirmish conflict situation fight escalation "
            "damage crossfire standoff stalemate displacement confrontation engagement gunfight gunbattle shootout stand-off "
            "unrest warfare"
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
    **dict.fromkeys(_set(
            "capture seize take retake recapture liberate occupy overrun free conquer reclaim regain recover secure wrest win "
            "clear annex gain overran reconquer reoccupy claim grab repossess commandeer subdue subjugate snatch deoccupy de-occupy"
        ), "take"),
    **dict.fromkeys(_set("lose surrender cede forfeit"), "lose"),
    "fall": "fall",
    **dict.fromkeys(_set(
            "hold control retain keep maintain defend rule administer govern dominate possess police"
        ), "hold"),
    **dict.fromkeys(_set(
            "withdraw retreat abandon evacuate vacate leave quit flee regroup fall-back pull-out pull-back relinquish retire "
            "decamp disengage exfiltrate desert"
        ), "withdraw"),
    **dict.fromkeys(_set(
            "attack assault storm assail invade raid counterattack counter-attack ambush rush charge waylay"
        ), "assault"),
    **dict.fromkeys(_set(
            "repel repulse thwart foil rebuff stymie blunt beat fend stave rout parry defeat halt contain stall fight-off "
            "resist hold-off frustrate withstand scupper quell"
        ), "repulse"),
    **dict.fromkeys(
        _set("advance progress push approach penetrate reach breach inch enter encroach near move close break press drive cross infiltrate slip march roll "
            "pour sweep sneak thrust punch surge bypass outflank link"),
        "advance",
    ),
    **dict.fromkeys(_set(
            "strike shell bomb bombard hit target pound fire launch rain blast pummel barrage strafe blow raze rocket mortar "
            "plaster blitz hammer"
        ), "strike"),
    **dict.fromkeys(_set(
            "kill wound injure die destroy shoot down neutralise neutralize eliminate perish knock maim annihilate martyr "
            "slaughter massacre obliterate liquidate disable detain bury intercept sink behead execute assassinate decimate "
            "murder burn cripple wreck incinerate"
        ), "harm"),
    **dict.fromkeys(_set("encircle surround besiege blockade trap envelop isolate"), "encircle"),
    **dict.fromkeys(_set(
            "cut sever block interdict close disrupt impede hamper hinder obstruct barricade interrupt"
        ), "cut"),
    **dict.fromkeys(_set("reopen open unblock deblock restore"), "open"),
    **dict.fromkeys(_set(
            "reinforce deploy redeploy mobilise mobilize amass mass concentrate transfer rush station muster dispatch "
            "despatch airlift relocate"
        ), "reinforce"),
    **dict.fromkeys(_set(
            "supply arm support back aid assist train equip fund provide deliver send recruit finance bolster help receive "
            "ship furnish donate sponsor subsidise subsidize advise"
        ), "support"),
    **dict.fromkeys(_set("violate agree broker observe respect honour honor"), "truce"),
    **dict.fromkeys(_set(
            "damage displace clash fight battle rage erupt intensify continue escalate worsen deteriorate struggle skirmish "
            "duel simmer flare"
        ), "other"),
}  # fmt: skip

SPEECH = _set(
    "say state announce report claim tell declare add note confirm admit acknowledge insist assert allege argue warn "
    "reveal write explain stress emphasize emphasise describe suggest estimate assess believe deny boast concede "
    "disclose indicate maintain mention remark respond reply tweet post predict expect forecast complain speculate "
    "think accuse blame vow pledge promise threaten publish refute reject dismiss conclude recall recount communicate "
    "record cite quote share brief observe consider stipulate proclaim inform release show verify underline relate "
    "see document testify understand learn hear fear call name know contend retort counter scoff grant divulge hint "
    "signal caution reckon calculate guess doubt underscore brag trumpet lament inform notify advise recognise "
    "recognize judge specify text cable telephone broadcast list tally boast quip contradict swear submit summarise "
    "summarize opine aver attest avow profess relay forewarn foretell anticipate foresee hypothesise hypothesize "
    "theorize theorise posit surmise reiterate repeat clarify elaborate narrate mock deride mutter corroborate deduce"
)
LOOSE = _set(
    "maintain grant signal counter judge guess doubt list tally text broadcast recognise recognize submit swear show "
    "see consider know release share name call learn hear understand describe cite record observe post repeat mock "
    "anticipate foresee relay"
)
"""Speech verbs only where they govern a clause."""

DENY = _set(
    "deny refute reject dismiss rebut contradict dispute rubbish disprove debunk deride ridicule scotch disavow "
    "repudiate"
)
ACCUSE = _set("accuse blame")
APPEAL = _set(
    "call urge appeal demand ask request condemn congratulate thank praise invite beg implore welcome commend exhort "
    "plead entreat decry deplore denounce mourn salute hail applaud"
)
ATTEMPT = _set("try attempt seek struggle fight strive battle endeavour endeavor vie")
INTENT = _set(
    "want plan intend aim vow threaten prepare wish hope pledge promise decide order swear resolve mull consider seek "
    "envisage contemplate weigh ponder scheme plot yearn elect"
)
BEGIN = _set(
    "begin start continue keep manage succeed go proceed resume remain be help come get stop cease commence embark "
    "persist"
)
PREVENT = _set("prevent stop halt block fail refuse refrain keep deter bar preclude hinder impede prohibit")
LIGHT = _set(
    "make launch conduct carry mount begin continue stage undertake execute lead press intensify resume wage come "
    "face suffer sustain inflict report have see remain be stay establish impose lift put place keep lay maintain "
    "achieve start declare sign announce break last hold occur happen follow take stop lose fail gain cause leave "
    "give result bring find rage continue erupt focus exchange engage involve open perform agree expand extend "
    "exploit commence initiate unleash step deliver undergo experience encounter witness note effect wreak exact "
    "trade trigger spark coordinate direct absorb field subject"
)
