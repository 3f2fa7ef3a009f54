"""Turns of phrase that claim something by more than their verb: change hands, fall silent, dig in, choke off a road.

Each line of the table is a kind, the verbs, and what must stand with them. The general
rules of `events` decide where no line fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

__all__ = ["Clause", "Idiom", "idiom_of", "verbs_of_table"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb with the lemmas of what stands around it, as the table asks for them.

    A noun phrase is a set of lemmas, with the classes it belongs to in capitals (FORCES,
    GROUND, ...). `after` are the phrases behind prepositions.
    """

    verb: str
    passive: bool
    particles: frozenset[str]
    doer: frozenset[str]
    thing: frozenset[str]
    after: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Idiom:
    """One line of the table. Whoever acts is the `actor`: the doer, the thing, what stands behind a preposition, or nobody."""

    kind: str
    verbs: frozenset[str]
    particles: frozenset[str] = frozenset()
    doer: frozenset[str] = frozenset()
    thing: frozenset[str] = frozenset()
    after: tuple[tuple[str, frozenset[str]], ...] = ()
    bare: bool = False
    """No object may follow."""
    passive: bool | None = None
    partial: bool = False
    denied: bool = False
    first: bool = False
    """It goes before the general rules, which would read the verb alone."""
    actor: str = "doer"

    def fits(self, clause: Clause) -> bool:
        """True if a clause is an instance of the turn."""
        if self.passive is not None and clause.passive != self.passive:
            return False
        if self.bare and clause.thing and not clause.passive:
            return False
        if self.particles and not self.particles & clause.particles:
            return False
        if self.doer and not self.doer & clause.doer:
            return False
        if self.thing and not self.thing & clause.thing:
            return False
        if not self.after:
            return True
        return any(prep in clause.after and (not nouns or nouns & clause.after[prep]) for prep, nouns in self.after)


_TABLE = """
fire_control: take bring place put keep hold | thing=ROUTE,GROUND | after=under:fire-control | first
capture: change swap | thing=hand
capture: bring take place put pass return | thing=GROUND | after=under:control,rule,authority,into:hand,fold,control | first
capture: restore return bring | thing=security,stability,order,peace,sovereignty,authority,safety | after=to:GROUND,in:GROUND,over:GROUND
capture: tighten impose extend spread complete | thing=control | after=over,on,of | first
capture: take | thing=hold,charge,command,possession | after=of,over
capture: slip pass go drop | after=from:control,grip,grasp,hand,hold,out of:hand,control,grip,into:hand,grip | doer=GROUND | actor=none
capture: raise hoist plant unfurl | thing=flag,banner,colour,color,standard
capture: prise pry snatch wrench grab | thing=GROUND
capture: roll mop | particles=up | thing=GROUND
capture: go pass fall | particles=over | doer=GROUND | after=to:FORCES,ACTOR | actor=none
capture: come | after=into:possession | actor=none
capture: clear sweep cleanse rid purge empty | thing=GROUND | after=of
capture: dislodge eject chase flush expel oust evict root smoke | thing=FORCES,ACTOR | after=from,out of
capture: chase flush root smoke throw kick drive clear | particles=out | thing=FORCES,ACTOR
capture: make | particles=off | thing=GROUND
capture: install establish impose extend consolidate complete | thing=control,authority,rule,dominance,dominion,sovereignty

control: take occupy | particles=up | thing=position,line,post | first
control: be remain stay sit stand lie persist | doer=FORCES,ACTOR | after=in:GROUND,inside:GROUND,at:GROUND,on:GROUND,within:GROUND,around:GROUND,across:GROUND,along:GROUND | bare
control: entrench station position base barricade embed lodge garrison hole | thing=FORCES,ACTOR | passive
control: guard defend man hold | thing=GROUND | passive
control: belong | doer=GROUND | after=to:ACTOR,FORCES
control: hold hang stay stand | particles=out,on,firm,fast,put | doer=FORCES,ACTOR | bare
control: cling hang hold | particles=on,onto,to | doer=FORCES,ACTOR
control: dig | particles=in | doer=FORCES,ACTOR | partial
control: remain stay | doer=FORCES,ACTOR | after=in:GROUND,inside:GROUND
control: garrison man occupy patrol police | thing=GROUND,ROUTE,street,checkpoint
control: tighten strengthen loosen weaken | thing=grip,hold,control
control: entrench ensconce fortify | thing=FORCES,ACTOR | passive
control: have keep maintain retain enjoy | thing=foothold,presence,bridgehead,toehold,grip
control: fly flutter wave | doer=flag,banner | after=over,above,from,atop | actor=none
control: show depict picture film | thing=FORCES,ACTOR,flag,EQUIPMENT,banner | after=in:GROUND,inside:GROUND,at:GROUND,over:GROUND,atop:GROUND,on:GROUND,above:GROUND
control: share divide split | thing=GROUND | after=between,among | passive | partial | actor=none

withdrawal: flee bolt decamp disengage | doer=FORCES,ACTOR
withdrawal: exit depart leave quit desert forsake | doer=FORCES,ACTOR | thing=GROUND
withdrawal: depart disengage retire bolt decamp stream file pour | doer=FORCES,ACTOR | after=from,out of
withdrawal: roll step shrink recoil scatter disperse scramble melt fade drain limp run | particles=back,away,off | doer=FORCES,ACTOR | bare
withdrawal: take | after=to:wood,hill,bush,forest,mountain,heel,flight
withdrawal: escort drive bus usher lead | thing=FORCES,ACTOR | after=out of,from | passive
withdrawal: yield concede abandon | thing=GROUND,ground
withdrawal: pull fall draw drop slip melt clear move drive march bow | particles=back,out,away,off | doer=FORCES,ACTOR | bare
withdrawal: give hand yield turn sign deliver | particles=up,over | thing=GROUND,control
withdrawal: yield relinquish | thing=GROUND,control
withdrawal: turn | thing=tail
withdrawal: beat sound make | thing=retreat,exit,withdrawal
withdrawal: reposition regroup relocate | thing=FORCES,ACTOR | after=from,out of,away,outside
withdrawal: order pull bring call | particles=out,back,home | thing=FORCES,ACTOR | actor=thing
withdrawal: order pull bring withdraw | thing=FORCES,ACTOR,man | after=out of,from | actor=thing

advance: shift move swing creep roll | doer=front,line,frontline | particles=west,westward,westwards,east,eastward,eastwards,north,northward,northwards,south,southward,southwards,forward,closer | partial | actor=none
advance: get go come progress move manage make | doer=FORCES,ACTOR,PRON,advance | after=beyond,past | partial
advance: get go come progress move | doer=FORCES,ACTOR,PRON,advance | particles=further,farther,beyond,past | partial
advance: creep crawl edge inch nudge forge plough plow claw gnaw grind hack | doer=FORCES,ACTOR,line,front | partial
advance: reenter re-enter | thing=GROUND | partial
advance: walk ride burst smash file pile spill charge barge fight blast push force battle sweep storm pour stream roll march | after=into,through | doer=FORCES,ACTOR,PRON,EQUIPMENT | partial
advance: fight force smash blast shoot | thing=way | partial
advance: gain win make | thing=ground,headway,inroad,progress,stride | partial
advance: get come draw move inch edge | particles=closer,nearer | doer=FORCES,ACTOR,PRON | partial
advance: close bear press converge | particles=in,down,on,ahead,forward | after=on,upon,to | doer=FORCES,ACTOR,PRON | bare | partial
advance: press push forge plough drive surge | particles=on,ahead,forward,further,farther,deeper | doer=FORCES,ACTOR | bare | partial
advance: dent pierce breach puncture crack | thing=line,defence,defense,front,frontline,perimeter,belt | partial
advance: extend expand widen broaden enlarge deepen | thing=foothold,bridgehead,control,salient,zone,area,gain | partial
advance: register record show see undergo | thing=change,movement | after=to,in,along,on | partial
advance: come get draw move stand | after=within:km,kilometre,kilometer,mile,metre,meter,reach,sight,range | doer=FORCES,ACTOR,PRON | partial
advance: stand be arrive wait camp | after=at:gate,gates,doorstep,door,edge,approach,outskirt,outskirts,on:edge,outskirt,outskirts,doorstep,approach,approaches | doer=FORCES,ACTOR | partial | first
advance: cross ford | thing=river,border,frontier,canal,line | doer=FORCES,ACTOR | partial
advance: cross | particles=over,into | after=into | doer=FORCES,ACTOR | partial

assault: probe test rush charge swarm raid | thing=GROUND,defence,defense,line,FORCES | doer=FORCES,ACTOR
assault: fall set descend pounce swoop | after=on:FORCES,GROUND,ACTOR,upon:FORCES,GROUND,ACTOR | doer=FORCES,ACTOR
assault: go remain stay be | after=on:offensive,attack
assault: step ramp | particles=up | thing=attack,assault,offensive,pressure,operation
assault: step push press keep intensify renew resume open unleash mount launch | thing=attack,assault,offensive,onslaught,storm,pressure
assault: sally strike hit | particles=forth,out | doer=FORCES,ACTOR | bare
assault: put root stamp mop clear flush | particles=down,out,up | thing=FORCES,ACTOR
assault: hunt chase pursue | thing=FORCES,ACTOR | doer=FORCES,ACTOR
assault: comb scour sweep | thing=GROUND,house,street | doer=FORCES,ACTOR
assault: resist withstand face fend confront | thing=assault,attack,offensive,onslaught,push | actor=none
assault: resist | doer=FORCES,ACTOR | bare | actor=none
assault: throw commit fling hurl | thing=FORCES,EQUIPMENT,wave | after=into:battle,fight,attack,assault,at
assault: come be remain | after=under:attack,assault,pressure | actor=none

repulse: confront counter meet break smash crush suppress disperse | thing=ATTACK | doer=FORCES,ACTOR | first
repulse: suppress break smash crush | thing=ATTACK | passive | first
repulse: end result culminate finish | doer=ATTACK | after=in:failure,defeat,nothing,disaster,rout,fiasco,with:failure | actor=none | first
repulse: ward see stave drive beat throw hurl push turn fight | particles=off,back,away | thing=ATTACK,FORCES,ACTOR
repulse: hold keep | particles=off,back,up,bay | thing=ATTACK,FORCES,ACTOR
repulse: hold keep | after=at:bay
repulse: check frustrate break smash crush suppress stem arrest absorb neutralise neutralize disrupt prevent | thing=ATTACK
repulse: bog pin tie slow hold | particles=down,up | thing=FORCES,ATTACK,ACTOR,EQUIPMENT
repulse: stall falter fizzle founder peter collapse fail grind bog stumble sputter | doer=ATTACK | bare | actor=none | first
repulse: come grind run | doer=ATTACK,FORCES | after=to:halt,standstill,stop,into:sand,out of:steam | actor=none
repulse: stop halt block check bar | thing=ATTACK,FORCES,ACTOR | after=from,in:track,tracks,short
repulse: inflict | thing=defeat,reverse,setback | partial

encirclement: ring box hem bottle seal pen fence | particles=in,up,off | thing=GROUND,FORCES,ACTOR
encirclement: ring pocket corral invest pincer enclose | thing=GROUND,FORCES,ACTOR | doer=FORCES,ACTOR
encirclement: cut | particles=off | thing=GROUND,FORCES,ACTOR
encirclement: lay | thing=siege
encirclement: tighten close complete draw | thing=ring,noose,siege,encirclement,circle,pincer,pincers,cordon,blockade
encirclement: starve | thing=GROUND,FORCES,resident,people,garrison
encirclement: break lift raise relieve end | thing=siege,encirclement,blockade,ring | denied
encirclement: hold keep remain stay | after=under:siege,blockade

route_cut: choke cut block seal shut close sever interdict snap barricade mine | thing=ROUTE,border,frontier,crossing,airspace,bridge
route_cut: choke cut block seal shut close | particles=off,down | thing=ROUTE,border,frontier,crossing,airspace,airport,port
route_cut: shut close seal | thing=border,frontier,crossing,airspace,airport,port
route_cut: halt stop suspend | doer=traffic,trade | actor=none
route_cut: halt stop suspend hold turn block bar delay | thing=traffic,trade,delivery,flight,convoy,lorry,truck,aid,shipment | first
route_cut: function operate work | doer=ROUTE,crossing,airport,port | particles=longer
route_cut: bar prevent stop block | thing=convoy,aid,supply,delivery,truck,lorry | after=from
route_open: open clear restore reconnect relink | particles=up | thing=ROUTE
route_open: clear unblock reopen restore | thing=ROUTE,crossing,border,corridor
route_open: resume restart | doer=traffic,flight,delivery,trade,convoy
route_open: stay remain keep | doer=ROUTE,crossing,corridor,border | particles=open
route_open: function operate work flow run | doer=ROUTE,corridor,crossing,airport,port,traffic,convoy
route_open: restore resume restart allow | thing=traffic,trade,delivery,flight,convoy
route_open: pass get arrive roll come go reach enter leave cross | doer=aid,food,relief,fuel,supply,delivery,shipment | particles=through,in,out,by,from,into,to | first
route_open: pass get arrive roll come go reach enter leave cross | doer=convoy,truck,lorry | particles=through,in,out,by,from,into,to
route_open: reach enter | doer=convoy,aid,truck,lorry,supply,food,delivery,shipment,relief,fuel | thing=GROUND,people,resident,population

fire_control: keep hold control cover sweep dominate rake | thing=ROUTE,GROUND,bridge,crossing | after=under:fire,with:fire,by:fire | first
fire_control: keep have hold bring put place | thing=ROUTE,GROUND,bridge,crossing | after=under:fire,gun,within:range,reach,sight,sights
fire_control: command dominate overlook cover rake | thing=ROUTE | doer=height,hill,gun,gunner,position,artillery,battery,sniper,mortar,drone,tank,FORCES,ACTOR | first
fire_control: sweep rake cover | thing=ROUTE | after=with:fire

strike: land crash slam plough plow smash explode fall rain detonate hit strike impact drop | doer=MUNITION | bare | actor=none
strike: go | particles=off | doer=MUNITION,explosion,blast,device,mine,charge | actor=none
strike: plaster hammer batter rake pepper pound blitz saturate rocket mortar dive-bomb blast soften | thing=GROUND,FORCES,ACTOR,ROUTE,building,house
strike: lob drop loose rain shower hurl fling dump release empty direct aim train unleash | thing=MUNITION
strike: use employ deploy utilise utilize apply | thing=MUNITION,EQUIPMENT,artillery,aviation | after=against,on,over,at
strike: work operate | doer=aviation,artillery,drone,gun,pilot,crew,aircraft,jet,warplane,helicopter,aircrew,MUNITION | after=on,over,along,against
strike: carry fly conduct make perform mount launch execute | thing=raid,attack,sortie,operation,strike | doer=aircraft,jet,warplane,plane,aviation,helicopter,bomber,drone | first
strike: fly carry conduct make perform | thing=sortie | first
strike: streak whistle scream shriek | doer=MUNITION | actor=none
strike: fire make | thing=shot,round,burst
strike: return | thing=fire
strike: echo ring reverberate resound | doer=explosion,blast,gunfire,shelling,gunshot | actor=none
strike: open resume | thing=fire | after=on,at,against,upon
strike: fire shoot | after=on:GROUND,FORCES,ACTOR,PEOPLE,upon
strike: fly carry mount conduct make perform | thing=sortie,raid,airstrike,strike,bombing
strike: come be remain | after=under:fire,shelling,bombardment,shellfire,artillery,bombing | actor=none
strike: hear | thing=explosion,blast,shelling,gunfire,bombardment,detonation,shell,artillery | actor=none
strike: shake rock jolt rattle | doer=explosion,blast,strike,shelling,bombardment | thing=GROUND,building | actor=none
strike: trade exchange | thing=fire,shell,salvo,barrage,blow,strike

casualties: claim take cost | thing=life | actor=thing | first
casualties: bring take rush carry evacuate transfer admit ferry fly | after=to:hospital,morgue,clinic,mortuary | thing=PEOPLE,FORCES,wounded,injured,dead,body | actor=thing | first
casualties: bring raise take push lift | thing=toll,total,number,count,tally | after=to | actor=none
casualties: be | after=among:dead,wounded,injured,victim,killed,fatality,casualty | actor=doer
casualties: hospitalise hospitalize treat | thing=PEOPLE,FORCES,wounded | passive | actor=thing
casualties: harm hurt maim slay gun butcher execute behead burn massacre mow | thing=PEOPLE,FORCES | actor=thing
casualties: put place set estimate give | thing=dead,toll,death,casualty,loss,killed,wounded,prisoner,fatality,fallen | after=at
casualties: stand rise climb reach mount jump pass top exceed hit amount total number run come increase grow soar | doer=toll,casualty,fatality,death,loss,dead,killed,wounded,victim,martyr,injured | actor=none
casualties: bring shoot | particles=down | thing=EQUIPMENT,MUNITION | actor=thing
casualties: take knock put | particles=out | thing=EQUIPMENT | actor=thing
casualties: put | after=out of:action,commission | actor=thing | first
casualties: set | thing=EQUIPMENT | after=on:fire,ablaze,alight | actor=thing
casualties: scuttle sink torpedo capsize wreck burn cripple | thing=EQUIPMENT | actor=thing
casualties: abandon ditch jettison discard forfeit | thing=EQUIPMENT,corpse,body,dead
casualties: leave | particles=behind | thing=EQUIPMENT,corpse,body,dead
casualties: fall | doer=EQUIPMENT,prisoner,weapon,tank,gun | after=into:hand
casualties: give hand turn | particles=up,in | thing=themselves,himself,itself | actor=doer
casualties: find recover count receive bring retrieve exhume collect | thing=body,corpse,remains,dead
casualties: suffer take incur sustain absorb | thing=PEOPLE,dead,casualty,loss,wounded
casualties: lose | thing=PEOPLE,EQUIPMENT,FORCES,life
casualties: wipe | particles=out | thing=FORCES | actor=thing
casualties: cut mow | particles=down | thing=PEOPLE,FORCES | actor=thing
casualties: destroy annihilate wreck decimate maul shatter exterminate | thing=FORCES,EQUIPMENT | actor=thing
casualties: confiscate impound seize | thing=EQUIPMENT | actor=thing
casualties: go | particles=missing | actor=doer
casualties: capture seize take | thing=prisoner,captive,soldier,serviceman,fighter,hostage | actor=thing

reinforcement: fly airlift ferry ship bus truck bring pour throw feed funnel move rush send shift | thing=FORCES,EQUIPMENT,reinforcement,reserve | particles=in,up,forward | actor=doer
reinforcement: fly airlift ferry ship bus truck bring pour throw feed funnel move rush send shift transfer | thing=FORCES,EQUIPMENT,MUNITION,reinforcement,reserve,technician,adviser,advisor,instructor,ammunition,weapon,arm | after=to,into,toward,towards,in
reinforcement: fly bring pour send rush move | after=in:FORCES,reinforcement
reinforcement: create form | thing=grouping,group,formation,reserve | doer=FORCES,ACTOR
reinforcement: muster assemble gather mass concentrate amass mobilise mobilize | doer=FORCES,ACTOR | bare
reinforcement: head move drive travel come | doer=convoy,column,reinforcement,reserve | after=to,toward,towards,for,into
reinforcement: see spot observe sight film | thing=convoy,column,reinforcement | passive | actor=thing
reinforcement: muster assemble gather mass concentrate amass | thing=FORCES,EQUIPMENT
reinforcement: strengthen beef bolster shore thicken fortify buttress replenish | thing=position,defence,defense,line,garrison,presence,grouping,force
reinforcement: call | particles=up | thing=reservist,reserve,conscript,recruit,man,PEOPLE,FORCES
reinforcement: dig build erect construct lay | thing=trench,fortification,defence,defense,barricade,obstacle,mine,minefield

support: provide give lend extend offer receive get obtain | thing=cover,support,backing,help,aid,assistance,training,intelligence,weapon,arm,shelter,sanctuary,money
support: announce approve authorise authorize unveil pledge promise | thing=package,aid,assistance,shipment,weapon,delivery,missile
support: take | thing=part | after=in:ATTACK,fighting,battle,war,operation | first
support: participate | after=in:ATTACK,fighting,battle,war,operation,clash
support: throw put | thing=weight,might | after=behind
support: intervene side | after=with,on:side,behalf,in,for | doer=FORCES,ACTOR
support: join enter | thing=war,fight,fray,conflict,battle,campaign | doer=FORCES,ACTOR
support: fight serve battle | after=alongside,beside | doer=FORCES,ACTOR,PEOPLE
support: supply arm equip provide furnish | after=with:weapon,arm,arms,missile,ammunition,money,EQUIPMENT
support: pour funnel smuggle channel | thing=arm,weapon,money,ammunition,EQUIPMENT

ceasefire: fall go be | particles=silent,quiet | doer=gun,artillery,front,weapon | actor=none
ceasefire: cease hold stop halt suspend | thing=fire,hostility,fighting,shooting
ceasefire: stop cease end | doer=fighting,shooting,hostility,shelling | bare | actor=none

other: loot plunder pillage torch ransack burn flatten level raze demolish gut devastate mine wreck ruin | thing=GROUND,house,home,building,shop,market,hospital,village,bridge
other: cause trigger leave | thing=blackout,outage,damage,fire,destruction,power,electricity | first
other: damage destroy blow wreck | thing=GROUND,house,home,building,bridge,shop,market,hospital,infrastructure,plant,line
other: declare impose lift extend proclaim | thing=law,emergency,curfew
other: defuse dismantle clear detonate remove | thing=mine,device,explosive,bomb,munition,ordnance
other: exchange swap | thing=prisoner,captive,body
other: rock shake engulf grip hit | doer=battle,clash,fighting,violence | thing=GROUND
other: hide shelter huddle cower | doer=PEOPLE,FORCES
other: seize regain lose hold retain | thing=initiative,momentum,advantage

intent: set have train | thing=sight,sights,eye
intent: eye covet | thing=GROUND
"""


def _nouns(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


@cache
def _idioms() -> dict[str, tuple[Idiom, ...]]:
    """The lines of the table by verb, in their order."""
    found: dict[str, list[Idiom]] = {}
    for line in filter(None, map(str.strip, _TABLE.splitlines())):
        kind, rest = line.split(":", 1)
        verbs, *conditions = (part.strip() for part in rest.split("|"))
        fields: dict[str, object] = {}
        for condition in conditions:
            name, _, value = condition.partition("=")
            if name in {"bare", "partial", "denied", "passive", "first"}:
                fields[name] = True
            elif name == "actor":
                fields[name] = value
            elif name == "after":
                fields[name] = _after(value)
            else:
                fields[name] = _nouns(value)
        idiom = Idiom(kind, frozenset(verbs.split()), **fields)  # type: ignore[arg-type]
        for verb in idiom.verbs:
            found.setdefault(verb, []).append(idiom)
    return {verb: tuple(lines) for verb, lines in found.items()}


_PREPOSITIONS = {
    "about", "above", "across", "against", "along", "alongside", "among", "at", "atop", "away", "behind", "beside", "between",
    "for", "from", "in", "into", "of", "off", "on", "onto", "out of", "outside", "over", "through", "to", "toward", "towards",
    "under", "upon", "with", "within", "around", "inside", "beyond", "past", "by", "near",
}  # fmt: skip


def _after(value: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """`from:control,grip,out of:hand` as pairs: a word is a preposition or a noun behind the one before it."""
    found: list[tuple[str, set[str]]] = []
    for part in value.split(","):
        prep, colon, noun = part.partition(":")
        if colon or prep in _PREPOSITIONS:
            found.append((prep, {noun} if noun else set()))
        else:
            found[-1][1].add(part)
    return tuple((prep, frozenset(nouns)) for prep, nouns in found)


def verbs_of_table() -> frozenset[str]:
    """Every verb that some line of the table begins with."""
    return frozenset(_idioms())


def idiom_of(clause: Callable[[], Clause], verb: str, *, first: bool) -> Idiom | None:
    """The first line of the table that a clause fits; the clause is looked at only if some line has its verb."""
    lines = [line for line in _idioms().get(verb, ()) if line.first == first]
    if not lines:
        return None
    seen = clause()
    return next((line for line in lines if line.fits(seen)), None)
