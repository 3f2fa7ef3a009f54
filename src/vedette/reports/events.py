"""What a clause claims: its verb, what the verb is done to, and the event nouns it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vedette.reports import vocabulary as words
from vedette.reports.grammar import agent_and_patient, conjuncts, is_clause, is_passive, subject_of
from vedette.reports.idioms import Clause, idiom_of
from vedette.reports.tree import Word

__all__ = ["Event", "event_of", "noun_kind"]

_FUTURE = {"will", "'ll", "’ll", "would", "shall", "wo", "going"}
_MAY = {"could", "may", "might", "can"}
_CONTROL = {"control", "hand", "possession", "hold", "authority", "rule", "occupation", "grip"}
_MUNITIONS = {"missile", "rocket", "drone", "shell", "bomb", "airstrike", "strike", "munition", "projectile", "uav", "salvo", "mortar", "artillery", "warhead", "shrapnel", "debris"}  # fmt: skip
_FIRE_WORDS = {"air", "aerial", "drone", "missile", "rocket", "artillery", "bomb", "mortar", "suicide", "cruise", "cluster", "naval", "kamikaze", "uav", "tank", "sniper", "long-range", "precision", "car", "roadside", "gun"}  # fmt: skip
_BACK = {"back", "off", "out"}
_TOWARD = {"toward", "towards", "into", "through", "forward", "deeper", "ahead", "further", "farther", "closer", "past", "beyond", "across", "onto", "along", "west", "east", "north", "south", "westward", "eastward", "northward", "southward", "in", "to", "up", "within", "on"}  # fmt: skip
_NEARNESS = {"edge", "outskirt", "outskirts", "suburb", "km", "kilometre", "kilometer", "mile", "gate", "border", "entrance", "centre", "center", "metre", "meter"}  # fmt: skip
_ANSWERS = {"answer", "respond", "retaliate", "reply", "react"}
_HARMED = {"dead", "martyred", "wounded", "injured", "killed", "missing", "hurt"}
_INTO = {"in", "into", "inside", "through", "past", "across", "onto", "within", "toward", "towards", "behind"}
_HOLDS_OUT = {"cut", "sever", "block", "close", "interdict", "disrupt"}
_HELP = words.EQUIPMENT | {"aid", "assistance", "support", "help", "mercenary", "fighter", "arm", "arms", "weaponry", "package", "adviser", "advisor", "instructor", "money", "fund", "billion", "million", "shell", "backing", "volunteer", "intelligence", "terrorist", "militant"}  # fmt: skip
_OWN = {"reinforcement", "troop", "reserve", "soldier", "unit", "brigade", "force", "convoy", "armor", "armour", "battalion", "division", "reservist"}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A kind of claim found at a verb or noun. `actor` and `patient` are heads of noun phrases."""

    kind: str
    actor: Word | None = None
    patient: Word | None = None
    denied: bool = False
    certainty: str = "asserted"
    partial: bool = False
    lost_by: bool = False
    """True if `actor` is who loses: a capture told from the loser's side."""
    nouns: tuple[int, ...] = ()
    """Event nouns that this clause already tells."""


def noun_kind(noun: Word) -> str | None:
    """The kind an event noun tells, with its modifiers: an *air* raid is a strike, an *offensive* operation an assault."""
    lemma = noun.lemma
    if lemma == "loss" and any(g.pos == "PROPN" or g.lemma in words.GROUND for g in _of(noun)):
        return "capture"
    if (
        noun.pos in {"NOUN", "PROPN"}
        and lemma in {"attempt", "agreement", "deal", "proposal", "violation", "line", "regime", "plan", "call"}
        and any(
            c.dep == "compound" and c.lemma in {"ceasefire", "truce", "cease-fire", "armistice"} for c in noun.children
        )
    ):
        return "ceasefire" if lemma != "line" else None
    if noun.pos == "NOUN" and lemma in {"violation", "breach", "infringement", "breakdown", "collapse"}:
        kept = {g.lemma for c in noun.children if c.dep == "prep" and c.lower == "of" for g in c.children}
        if kept & {"ceasefire", "truce", "cease-fire", "armistice"}:
            return "ceasefire"
    kind = words.EVENT_NOUNS.get(lemma) or words.EVENT_NOUNS.get(noun.lower)
    if kind is None or noun.pos not in {"NOUN", "PROPN"}:
        return None
    about = {c.lemma for c in noun.children if c.dep in {"compound", "amod", "nmod"}}
    about |= {c.lower for c in noun.children if c.dep in {"compound", "amod", "nmod"}}
    around = noun.tree.run(max(noun.i - 3, 0), noun.i - 1).text.lower()
    if lemma in {"attack", "raid", "assault", "offensive"} and about & _FIRE_WORDS:
        return "strike"
    if lemma == "operation":
        return (
            "assault"
            if about & {"offensive", "ground", "assault", "counteroffensive", "clearing", "special"}
            or any(
                c.dep in {"acl", "relcl"} and words.VERBS.get(c.lemma) in {"take", "encircle", "assault"}
                for c in noun.children
            )
            else "other"
        )
    if lemma == "fire":
        if noun.nbor(1).lemma == "control" if noun.i + 1 < len(noun.tree) else False:
            return None
        return (
            "strike"
            if about & (_FIRE_WORDS | {"heavy", "intense", "enemy", "small", "arm"}) or "under" in around
            else None
        )
    if lemma == "control":
        return "fire_control" if "fire" in about or "fire" in around.split() else "control"
    if lemma in {"missile", "rocket", "shell", "bomb"} and noun.dep == "compound":
        return None
    if lemma in {"supply", "arm", "weapon", "support", "help", "package", "aid", "assistance"} and about & {
        "artillery",
        "air",
        "fire",
        "line",
        "drone",
    }:
        return None
    if lemma in {"wounded", "arm"} and noun.tag == "NN" and lemma == "arm":
        return None
    return kind


def _lemmas(token: Word | None) -> set[str]:
    return {t.lemma for t in conjuncts(token)} if token is not None else set()


def _preps(verb: Word) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for c in verb.children:
        if c.dep in {"prep", "agent"}:
            for g in c.children:
                if g.dep in {"pobj"}:
                    found.setdefault(c.lower, g)
                if g.dep == "prep":
                    for h in g.children:
                        if h.dep == "pobj":
                            found.setdefault(f"{c.lower} {g.lower}", h)
                            found.setdefault(g.lower, h)
    return found


def _particles(verb: Word) -> set[str]:
    return {c.lower for c in verb.children if c.dep in {"prt", "advmod", "prep", "npadvmod"}}


def negated(verb: Word) -> bool:
    """True of "not", "never", "no", "neither", "without" on a clause."""
    for c in verb.children:
        if c.dep == "neg" or (
            c.dep in {"preconj", "advmod", "cc"} and c.lower in {"neither", "never", "nor", "nowhere"}
        ):
            nxt = c.tree[c.i + 1].lower if c.i + 1 < len(c.tree) else ""
            if c.lower == "not" and nxt in {"only", "just"}:
                continue
            return True
        if c.dep in {"dobj", "nsubj", "nsubjpass", "attr"} and any(
            d.lower in {"no", "neither"} and d.dep in {"det", "preconj"} for d in c.children
        ):
            return True
        if c.lower in {"no", "none"} and c.dep in {"nsubj", "nsubjpass", "dobj"}:
            return True
    return verb.dep == "pcomp" and verb.head.lower == "without"


def event_of(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Event | None:
    """The claim that a clause makes about the war, or None. Reporting verbs are the caller's business."""
    event = _through(verb, is_place, is_actor, 0)
    if event is None:
        return None
    aux = _auxiliaries(verb)
    perfect = bool(aux & {"have"}) and bool(aux & (_MAY | _FUTURE))
    if negated(verb):
        event = replace(event, denied=not event.denied)
    if aux & (_FUTURE | {"could", "may", "might"}) and event.kind not in {"intent"}:
        if perfect or event.kind == "forecast":
            event = replace(
                event, certainty="possible" if event.certainty == "asserted" and aux & _MAY else event.certainty
            )
        elif ("can" not in aux and "could" not in aux) or not negated(verb):
            event = replace(event, kind="forecast", certainty="possible" if aux & _MAY else event.certainty)
    return event


def _auxiliaries(verb: Word) -> set[str]:
    """Its auxiliaries, or those it shares: "will attack the town and *seize* the bridge"."""
    own = {c.lower for c in verb.children if c.dep == "aux"}
    shares = (
        not own
        and verb.dep == "conj"
        and verb.tag in {"VB", "VBN"}
        and is_clause(verb.head)
        and not any(c.dep in {"nsubj", "nsubjpass", "auxpass"} for c in verb.children)
    )
    return _auxiliaries(verb.head) & (_FUTURE | _MAY) if shares else own


def _through(
    verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool], depth: int
) -> Event | None:
    """Follow "managed to", "tried to", "was forced to", "is unable to" down to the verb that matters."""
    lemma = verb.lemma
    purpose = subject_of(verb) if lemma == "be" else None
    if (
        purpose is not None
        and purpose.lemma in words.INTENT_NOUNS | {"purpose", "importance", "priority", "mission"}
        and any(c.dep in {"xcomp", "ccomp", "attr"} for c in verb.children)
    ):
        return Event("intent", _owner(purpose))
    takes = (
        {"xcomp", "ccomp"}
        if lemma in {"force", "allow", "enable", "let", "help", "want", "cause", "make", "leave"}
        else {"xcomp"}
    )
    inner = next((c for c in verb.children if c.dep in takes and c.i > verb.i and is_clause(c)), None)
    adjective = next((c for c in verb.children if c.dep in {"acomp", "oprd"} and c.pos in {"ADJ", "VERB"}), None)
    if inner is None and adjective is not None:
        inner = next((c for c in adjective.children if c.dep in {"xcomp", "ccomp", "prep"}), None)
        if inner is not None and inner.dep == "prep":
            inner = next((c for c in inner.children if c.dep == "pcomp"), None)
    if inner is None and lemma in words.BEGIN | words.PREVENT | words.INTENT | {"succeed", "aim", "resort"}:
        for c in verb.children:
            if c.dep == "prep" and c.lower in {"of", "in", "from", "on", "to", "at", "for"}:
                inner = next((g for g in c.children if g.dep == "pcomp"), None) or inner
    if inner is not None and depth < 5 and is_clause(inner):
        flag = (
            adjective.lemma
            if adjective is not None and lemma in {"be", "become", "remain", "seem", "appear", "look"}
            else lemma
        )
        deep = _through(inner, is_place, is_actor, depth + 1)
        if (
            flag in {"prevent", "keep", "block", "deter", "bar", "refrain"}
            and depth == 0
            and inner.dep == "pcomp"
            and inner.head.lower == "from"
        ):
            return replace(deep, denied=not deep.denied) if deep else None
        if flag in {"unable", "fail", "refuse", "incapable"} or (flag in {"stop", "cease", "halt"}):
            if flag in {"stop", "cease"} and inner.lemma in {"fight", "clash"}:
                return Event("ceasefire", subject_of(verb))
            return replace(deep, denied=not deep.denied) if deep else None
        if flag in {
            "likely",
            "expected",
            "expect",
            "poised",
            "due",
            "certain",
            "sure",
            "bound",
            "set",
            "risk",
            "project",
        } and (deep or is_actor(subject_of(verb) or verb)):
            return Event(
                "forecast",
                subject_of(verb),
                certainty="likely" if flag in {"likely", "expected", "expect"} else "asserted",
            )
        if flag == "unlikely":
            return Event("forecast", subject_of(verb), certainty="unlikely")
        if flag == "hesitate" and negated(verb):
            return Event("intent", subject_of(verb), denied=True)
        if flag in {
            "intent",
            "ready",
            "determined",
            "prepared",
            "willing",
            "keen",
            "desperate",
            "eager",
            "reluctant",
            "content",
        }:
            return Event("intent", subject_of(verb))
        if flag in {"stop", "rest", "cease"} and negated(verb) and verb.dep == "ROOT":
            return Event("intent", subject_of(verb), denied=True)
        if flag == "aim":
            return Event("intent", subject_of(verb))
        if flag in words.ATTEMPT and flag != "seek":
            if deep and deep.kind in {
                "capture",
                "advance",
                "assault",
                "encirclement",
                "strike",
                "control",
                "route_cut",
            }:
                return replace(deep, kind="assault")
            return Event("intent", subject_of(verb)) if deep else None
        if flag in words.INTENT and (deep or is_actor(subject_of(verb) or verb)):
            return Event("intent", subject_of(verb), denied=False)
        if flag in {"seem", "appear", "believe", "think"}:
            return replace(deep, certainty="likely") if deep else None
        if deep is not None and (
            flag
            in words.BEGIN
            | {
                "able",
                "force",
                "allow",
                "enable",
                "let",
                "compel",
                "have",
                "need",
                "be",
                "capable",
                "report",
                "say",
                "cause",
                "oblige",
                "struggle",
                "manage",
                "make",
                "leave",
            }
        ):
            if flag in {"allow", "enable", "let"} and deep.certainty == "asserted":
                return replace(deep, certainty="possible")
            return replace(deep, actor=deep.actor or subject_of(verb))
        if deep is not None and flag in {"agree"}:
            return deep
    return _direct(verb, is_place, is_actor)


def _direct(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Event | None:
    """What a clause claims by its own verb: by the general rules, or by a turn of phrase where they have no word for it."""
    turn = _turned(verb, is_place, is_actor, first=True)
    if turn is not None:
        return turn
    general = _general(verb, is_place, is_actor)
    if general is not None and general.kind != "other":
        return general
    return _turned(verb, is_place, is_actor) or general


def _turned(
    verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool], *, first: bool = False
) -> Event | None:
    agent, patient = agent_and_patient(verb)
    preps = _preps(verb)
    if patient is not None and verb.lemma in {"show", "depict", "picture", "film", "send", "fly"}:
        preps = {**_preps(patient), **preps}

    def classed(noun: Word | None) -> frozenset[str]:
        if noun is None:
            return frozenset()
        lemmas = _lemmas(noun) | _counted(noun)
        found = {name for name, nouns in _CLASSES.items() if lemmas & nouns}
        if noun.pos == "PRON":
            found.add("PRON")
        if any(is_actor(t) for t in conjuncts(noun)):
            found.add("ACTOR")
        if any(
            is_place(t) or (any(is_place(g) for g in _of(t)) and t.lemma in words.PARTS | words.GROUND)
            for t in conjuncts(noun)
        ):
            found.add("GROUND")
        return frozenset(lemmas | found)

    def clause() -> Clause:
        after = {prep: classed(noun) for prep, noun in preps.items()}
        return Clause(
            verb.lemma, is_passive(verb), frozenset(_particles(verb)), classed(agent), classed(patient), after
        )

    turn = idiom_of(clause, verb.lemma, first=first)
    if turn is None:
        return None
    actor = {"doer": agent, "thing": patient}.get(turn.actor)
    told = _event_nouns(patient) + (_event_nouns(agent) if turn.actor == "none" else ())
    for noun in preps.values():
        told += _event_nouns(noun)
    return Event(turn.kind, actor, patient or agent, denied=turn.denied, partial=turn.partial, nouns=told)


_CLASSES = {
    "FORCES": words.FORCES,
    "PEOPLE": words.PEOPLE,
    "EQUIPMENT": words.EQUIPMENT,
    "ATTACK": words.ATTACK_NOUNS,
    "ROUTE": words.ROUTES,
    "GROUND": words.GROUND,
    "MUNITION": _MUNITIONS,
}


def _general(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Event | None:
    lemma = verb.lemma
    agent, patient = agent_and_patient(verb)
    passive = is_passive(verb)
    group = words.VERBS.get(lemma)
    objects = _lemmas(patient) | _counted(patient)
    doers = _lemmas(agent) | _counted(agent)
    preps = _preps(verb)
    parts = _particles(verb)

    def ground(token: Word | None) -> bool:
        return token is not None and any(
            t.lemma in words.GROUND
            or is_place(t)
            or (any(is_place(g) for g in _of(t)) and t.lemma in words.PARTS | words.GROUND)
            for t in conjuncts(token)
        )

    def made(kind: str, actor: Word | None = agent, **more: object) -> Event:
        return Event(kind, actor, patient, **more)  # type: ignore[arg-type]

    truce = {t for t in (patient, agent, *preps.values()) if t is not None and noun_kind(t) == "ceasefire"}
    if truce:
        broken = any(t.lemma == "violation" for t in truce) or lemma in {
            "violate",
            "break",
            "collapse",
            "flout",
            "shatter",
            "reject",
            "ignore",
            "breach",
            "refuse",
            "end",
            "fail",
            "unravel",
            "expire",
            "crumble",
            "dismiss",
            "accuse",
        }
        if lemma == "last":
            return Event("ceasefire", agent, patient, denied=_brief(verb), nouns=tuple(t.i for t in truce))
        return Event("ceasefire", agent, patient, denied=broken, nouns=tuple(t.i for t in truce))

    if (
        patient is not None
        and objects & _CONTROL
        and lemma in words.LIGHT | set(words.VERBS) | {"assert", "exert", "cement", "consolidate"}
    ):
        noun = patient
        if noun_kind(noun) == "fire_control":
            return made("fire_control", nouns=(noun.i,))
        if lemma in {"lose", "surrender", "cede", "relinquish"}:
            return made("capture", lost_by=True, nouns=(noun.i,))
        if lemma in {
            "take",
            "gain",
            "seize",
            "regain",
            "establish",
            "win",
            "wrest",
            "assume",
            "recapture",
            "retake",
            "secure",
            "restore",
            "reassert",
            "recover",
        }:
            return made("capture", nouns=(noun.i,))
        return made("control", nouns=(noun.i,))

    if lemma in _ANSWERS and "with" in preps:
        told = next((k for t in conjuncts(preps["with"]) if (k := noun_kind(t)) in {"strike", "assault"}), None)
        if told:
            return made(told, nouns=_event_nouns(preps["with"]))
    if lemma in {"leave", "make"} and patient is not None and objects & words.PEOPLE:
        state = next((c for c in (*patient.children, *verb.children) if c.i > patient.i and c.lower in _HARMED), None)
        if state is not None:
            return Event("casualties", patient, patient)
    if group == "take":
        if lemma in {"gain"} and objects & {"ground"}:
            return made("advance", partial=True)
        if objects & words.EQUIPMENT or (
            objects & words.PEOPLE and lemma in {"capture", "seize", "take", "free"} and not ground(patient)
        ):
            return made("casualties", patient) if lemma not in {"take", "free"} or objects & {"prisoner"} else None
        if ground(patient) or (
            patient is not None
            and patient.pos == "PROPN"
            and lemma in {"capture", "seize", "retake", "recapture", "liberate", "occupy", "overrun", "conquer"}
        ):
            return made("capture")
        if (
            lemma in {"capture", "seize", "recapture", "overrun", "liberate", "retake"}
            and patient is not None
            and not objects & {"attention", "opportunity", "headline", "imagination", "moment", "chance"}
        ):
            return made("capture")
    if group == "lose":
        if objects & (words.PEOPLE | words.EQUIPMENT | words.FORCES):
            return made("casualties")
        if ground(patient):
            return made("capture", lost_by=True)
        if lemma == "surrender" and patient is None and is_actor(agent or verb):
            return made("withdrawal")
    if group == "fall":
        fallen = subject_of(verb)
        if (
            fallen is not None
            and _lemmas(preps.get("into")) & {"hand"}
            and _lemmas(fallen) & (words.EQUIPMENT | {"prisoner"})
        ):
            return Event("casualties", fallen, fallen)
        if fallen is not None and _lemmas(fallen) & _MUNITIONS:
            return Event("strike", None, fallen)
        if "back" in parts:
            return made("withdrawal")
        if fallen is not None and (
            ground(fallen) or "hand" in {t.lemma for t in preps.values()} or ("to" in preps and is_actor(preps["to"]))
        ):
            taker = preps.get("to")
            return Event("capture", taker, fallen)
    if (
        lemma in {"push", "drive", "force", "throw", "expel", "oust", "evict", "dislodge", "clear"}
        and patient is not None
    ):
        if "out of" in preps or ("from" in preps and (objects & words.FORCES or is_actor(patient))):
            return made("capture")
        if parts & {"back"} and objects & {"flank", "line", "front", "frontline", "position", "border"}:
            return made("advance", partial=True)
        if parts & {"back"}:
            return made("repulse")
        if objects & words.FORCES and ("out" in parts):
            return made("capture")
    if group == "hold" and (
        ground(patient)
        or (lemma in {"control", "hold"} and objects & words.ROUTES)
        or (lemma in {"control", "hold", "retain"} and patient is not None and patient.pos == "PROPN")
    ):
        return made("control")
    if group == "withdraw" or (lemma in {"pull", "move"} and parts & {"back", "out"}):
        if lemma in {"evacuate", "flee", "leave", "quit"}:
            who = agent if not passive else patient
            if (
                who is not None
                and ((_lemmas(who) & words.FORCES and not _lemmas(who) & {"government"}) or is_actor(who))
                and (
                    ground(patient)
                    or lemma == "flee"
                    or "from" in preps
                    or (patient is not None and (patient.pos == "PROPN" or patient.text[:1].isupper()))
                )
            ):
                return made("withdrawal", who)
            if objects & {"civilian", "resident", "people", "child", "population", "family"} or lemma == "flee":
                return made("other")
        elif patient is None or objects & words.FORCES or ground(patient) or is_actor(patient):
            return made("withdrawal", agent or patient)
    if group == "assault" and (
        patient is None
        or ground(patient)
        or objects & (words.FORCES | words.PEOPLE | words.EQUIPMENT)
        or is_actor(patient)
        or is_place(patient)
        or patient.pos in {"PROPN", "PRON"}
    ):
        if _lemmas(agent) & _MUNITIONS or ("with" in preps and _lemmas(preps["with"]) & _MUNITIONS):
            return made("strike")
        return made("assault")
    if group == "repulse" and patient is not None:
        attacked = [t for t in conjuncts(patient) if t.lemma in words.ATTACK_NOUNS]
        if attacked or objects & words.FORCES or is_actor(patient):
            if lemma == "resist":
                return Event("assault", None, patient, nouns=tuple(t.i for t in attacked))
            if lemma == "beat" and not parts & _BACK:
                return None
            return made("repulse", nouns=tuple(t.i for t in attacked))
        if passive and lemma in {"defeat", "repel", "repulse"}:
            return made("repulse")
    if lemma in {"repel", "repulse", "rebuff"} and patient is None and is_actor(agent or verb):
        return made("repulse")
    if (
        lemma in {"stop", "hold", "drive", "push", "fight", "throw", "turn", "force"}
        and patient is not None
        and (parts & _BACK or lemma == "stop")
    ):
        attacked = [t for t in conjuncts(patient) if t.lemma in words.ATTACK_NOUNS]
        if attacked or objects & words.FORCES:
            return made("repulse", nouns=tuple(t.i for t in attacked))
    if group == "advance" or lemma == "breakthrough":
        moving = (
            agent is None
            or is_actor(agent)
            or doers & words.FORCES
            or agent.pos == "PRON"
            or doers & words.ATTACK_NOUNS
        )
        if lemma in {"advance", "progress", "penetrate", "encroach", "inch"} and moving and not passive:
            return made("advance", partial=True)
        if lemma in {"reach", "enter"} and doers & {"supply", "aid", "convoy", "food", "delivery", "truck", "relief"}:
            return made("route_open")
        if (
            lemma == "reach"
            and patient is not None
            and (objects & words.ROUTES or any(is_place(x) for x in patient.subtree))
        ):
            return made("advance", partial=True)
        if (
            lemma
            in {"slip", "march", "roll", "pour", "sweep", "sneak", "infiltrate", "thrust", "drive", "punch", "surge"}
            and moving
            and not passive
            and (parts & _INTO or (lemma == "infiltrate" and patient is not None) or {"on", "to"} & set(preps))
        ):
            return made("advance", partial=True)
        if lemma in {"bypass", "outflank"} and patient is not None and moving:
            return made("advance", partial=True)
        if lemma == "link" and "up" in parts and moving:
            return made("advance", partial=True)
        if lemma in {"reach", "enter", "approach", "near", "breach", "cross"} and (
            ground(patient) or lemma in {"breach"} or (lemma == "enter" and patient is None and moving)
        ):
            return made("advance", partial=True)
        if (
            lemma in {"push", "move", "press", "drive", "break"}
            and moving
            and not passive
            and parts & (_TOWARD - {"in", "on", "to", "up"} | ({"in", "into"} if lemma in {"push"} else {"into"}))
        ):
            return made("advance", partial=True)
        if (
            lemma in {"move", "push", "press", "come", "get", "draw"}
            and moving
            and not passive
            and preps.keys() & {"to", "within", "up"}
        ):
            aim = preps.get("to") or preps.get("within") or preps.get("up")
            if aim is not None and (
                aim.lemma in _NEARNESS or "close" in parts or "closer" in parts or ("up" in parts and ground(patient))
            ):
                return made("advance", partial=True, nouns=_event_nouns(aim))
        if lemma == "close" and "on" in parts and "in" in parts:
            return made("advance", partial=True)
        if lemma == "push" and moving and not passive and patient is None and parts & _TOWARD:
            return made("advance", partial=True)
    if group == "strike":
        fires = patient is not None and objects & _MUNITIONS
        if lemma in {"fire", "launch", "rain", "blast"} and fires:
            return made("strike", nouns=tuple(t.i for t in conjuncts(patient)))  # type: ignore[arg-type]
        if lemma == "rain" or (lemma == "fire" and {"at", "on", "into"} & set(preps)):
            return made("strike")
        if lemma in {"shell", "bomb", "bombard", "pound", "pummel", "strafe", "barrage"}:
            return made("strike")
        if (
            lemma in {"strike", "hit", "target", "blast"}
            and patient is not None
            and not objects
            & {
                "deal",
                "agreement",
                "bargain",
                "accord",
                "pact",
                "compromise",
                "understanding",
                "chord",
                "note",
                "target" if lemma == "hit" else "deal",
                "tone",
                "balance",
                "record",
            }
        ):
            return made("strike")
        if lemma in {"blow", "raze"}:
            return made("other")
    if group == "harm":
        if lemma == "die":
            return Event("casualties", subject_of(verb), subject_of(verb))
        if (lemma in {"shoot", "knock", "take"} and not parts & {"down", "out"} and not objects & words.PEOPLE) or (
            lemma == "down" and not objects & words.EQUIPMENT
        ):
            pass
        elif lemma in {"destroy", "disable", "sink", "obliterate", "intercept", "knock", "bury", "detain"}:
            if objects & (words.EQUIPMENT | words.FORCES | words.PEOPLE | _MUNITIONS):
                return made("casualties", patient)
            if ground(patient) or objects:
                return made("strike" if agent is not None and doers & _MUNITIONS else "other")
        elif patient is not None or passive:
            return made("casualties", patient)
    if lemma in {"pull", "recover", "find", "retrieve", "exhume", "count", "bury"} and objects & {"body", "corpse"}:
        return Event("casualties", patient, patient)
    if lemma == "lay" and "down" in parts and objects & {"arm", "weapon"}:
        return made("casualties", agent)
    if lemma == "surrender" and patient is None and agent is not None:
        return made("casualties", agent) if any(c.dep == "nummod" for c in agent.children) else made("withdrawal")
    if lemma == "take" and objects & {"casualty", "loss", "prisoner"}:
        return made("casualties", nouns=(patient.i,) if patient is not None else ())
    if group == "encircle" and patient is not None:
        if lemma == "trap" and objects & {"people", "civilian", "resident", "family"}:
            return made("other")
        if lemma == "surround" and passive and agent is not None and not is_actor(agent) and not doers & words.FORCES:
            return None
        if (
            agent is not None
            and not passive
            and not (is_actor(agent) or doers & (words.FORCES | words.ATTACK_NOUNS) or agent.pos in {"PRON", "PROPN"})
        ):
            return None
        return made("encirclement")
    if group == "cut" and patient is not None:
        if objects & words.ROUTES:
            return made("route_cut")
        if lemma == "cut" and "off" in parts and (ground(patient) or objects & words.FORCES):
            return made("encirclement")
        if lemma in _HOLDS_OUT and objects & {"border", "airspace", "port", "gate"}:
            return made("route_cut")
    if group == "open" and (objects & words.ROUTES or (patient is None and _lemmas(subject_of(verb)) & words.ROUTES)):
        return made("route_open")
    if (
        lemma in {"redeploy", "reposition", "regroup"}
        and (not passive or "from" in preps)
        and (patient is None or objects & words.FORCES)
        and (lemma == "regroup" or {"outside", "from", "out of", "away"} & (set(preps) | parts))
    ):
        return made("withdrawal")
    if lemma == "arrive" and (doers & (words.FORCES | _OWN) or objects & _OWN):
        return made("reinforcement")
    if (
        lemma in {"consolidate", "entrench", "dig"}
        and "in" in set(preps) | parts
        and (is_actor(agent or verb) or doers & words.FORCES)
    ):
        return made("control", partial=True)
    if group == "reinforce" and (
        lemma == "reinforce"
        or objects & (words.FORCES | words.EQUIPMENT | _OWN)
        or (passive and _lemmas(patient) & words.FORCES)
    ):
        return made("reinforcement")
    if lemma == "contest" and passive and (ground(patient) or is_place(patient or verb)):
        return made("control", None, partial=True)
    if group == "take" and lemma == "free" and objects & (words.PEOPLE | {"inmate", "hostage", "detainee"}):
        return made("other")
    if group == "support" and lemma in {
        "send",
        "deliver",
        "provide",
        "supply",
        "receive",
        "recruit",
        "finance",
        "fund",
        "arm",
        "equip",
        "ship",
        "train",
        "give",
    }:
        if objects & (_OWN - {"force"}) and lemma in {"send", "deliver"} and not objects & _HELP:
            return made("reinforcement", nouns=_event_nouns(patient))
        if objects & _HELP or (
            lemma in {"arm", "equip", "train", "recruit"}
            and (objects & words.FORCES or (patient is not None and is_actor(patient)))
        ):
            return made("support", nouns=_event_nouns(patient))
    if (
        group == "support"
        and lemma in {"back", "support", "aid", "assist", "help", "bolster"}
        and (
            patient is not None
            and (objects & (words.FORCES | words.ATTACK_NOUNS | {"war", "effort"}) or is_actor(patient))
        )
    ):
        return made("support")
    if lemma in {"be", "remain", "stay", "come", "fall", "keep", "leave", "have", "place", "put"}:
        for prep in ("under", "in", "within", "into", "on", "at"):
            if prep not in preps:
                continue
            noun = preps[prep]
            n = noun.lemma
            if prep == "under" and noun_kind(noun) == "fire_control":
                return Event("fire_control", None, subject_of(verb), nouns=(noun.i,))
            if (
                prep in {"within", "in"}
                and n in {"reach", "grasp"}
                and (is_place(subject_of(verb) or verb) or ground(subject_of(verb)))
            ):
                return Event("forecast", None, subject_of(verb), certainty="possible")
            if prep == "at" and n == "risk":
                return Event("forecast", None, subject_of(verb), certainty="possible")
            if prep == "in" and n == "danger" and any(c.lower == "of" for c in noun.children):
                return Event("forecast", None, subject_of(verb), certainty="possible")
            if prep == "on" and n in {"verge", "brink"}:
                return Event("forecast", None, subject_of(verb), certainty="likely", partial=True)
            if prep == "in" and n in {"flight", "retreat", "rout"}:
                return Event("withdrawal", subject_of(verb), nouns=(noun.i,))
            if n in _CONTROL and (prep in {"under", "in", "into"}):
                holder = next((c for c in noun.children if c.dep in {"poss", "amod", "compound", "nmod"}), None)
                of = next(
                    (
                        g
                        for c in noun.children
                        if c.dep == "prep" and c.lower in {"of", "by"}
                        for g in c.children
                        if g.dep == "pobj"
                    ),
                    None,
                )
                who = of if prep == "under" or n == "hand" else subject_of(verb)
                return Event(
                    "control" if lemma not in {"come", "fall"} else "capture",
                    who or holder,
                    subject_of(verb),
                    nouns=(noun.i,),
                )
            if prep == "on" and n == "fire" and lemma == "be":
                return Event("other", subject_of(verb))
            if n in {"siege", "blockade", "encirclement"}:
                return Event("encirclement", None, subject_of(verb), nouns=(noun.i,))
            if prep == "under" and n in {"fire", "bombardment", "shelling", "strike", "barrage", "bombing"}:
                return Event("strike", None, subject_of(verb), nouns=(noun.i,))
            if prep == "under" and n in {"attack", "assault", "pressure"}:
                return Event(
                    "assault" if noun_kind(noun) != "strike" else "strike", None, subject_of(verb), nouns=(noun.i,)
                )
        for prep in ("outside", "beyond", "out of"):
            if prep in preps and preps[prep].lemma in _CONTROL | {"reach", "grasp"}:
                beyond = preps[prep]
                return Event("control", _owner(beyond), subject_of(verb), denied=True, nouns=(beyond.i,))
    if (
        lemma in {"put", "bring", "place", "be", "come", "fall"}
        and "within" in preps
        and preps["within"].lemma == "range"
    ):
        return Event("fire_control", agent, patient)
    if lemma in {"report", "hear", "register", "record", "see"} and passive and patient is not None:
        told = noun_kind(patient)
        if told is not None and not any(c.dep in {"xcomp", "oprd", "ccomp"} for c in verb.children):
            return Event(told, None, patient, nouns=_event_nouns(patient))
    if lemma in {"be", "stand", "remain", "stay", "sit", "lie", "get"}:
        who = subject_of(verb)
        near = [
            c
            for c in verb.subtree
            if c.lemma in {"km", "kilometre", "kilometer", "mile", "metre", "meter", "m"} and c.i > verb.i
        ]
        forces = who is not None and (is_actor(who) or _lemmas(who) & words.FORCES)
        if forces and near and any(c.lower in {"from", "of", "away", "outside"} for c in verb.subtree):
            return Event("advance", who, partial=True)
        if forces and any(
            c.lower in {"north", "south", "east", "west", "inside", "outside"} and c.dep in {"advmod", "prep", "acomp"}
            for c in verb.children
        ):
            return Event("control", who)
    if lemma in {"be", "remain", "become"}:
        attr = next((c for c in verb.children if c.dep in {"attr", "oprd"}), None)
        if attr is not None and attr.lemma in {
            "stronghold",
            "foothold",
            "base",
            "bastion",
            "holdout",
            "headquarters",
        }:
            return Event("control", subject_of(verb), attr)
        if attr is not None and (kind := noun_kind(attr)) and kind not in {"control"}:
            return Event(kind, subject_of(verb), attr, nouns=(attr.i,))
        if attr is not None and attr.lemma == "zone" and {c.lower for c in attr.children} & {"grey", "gray"}:
            return Event("control", None, subject_of(verb), partial=True)
        acomp = next((c for c in verb.children if c.dep in {"acomp", "oprd", "advmod"} and c.i > verb.i), None)
        who = subject_of(verb)
        if (
            acomp is not None
            and who is not None
            and acomp.lemma in _CHANCES
            and (noun_kind(who) or who.lemma in words.ATTACK_NOUNS | {"move", "drive"})
        ):
            return Event("forecast", _owner(who), who, certainty=_CHANCES[acomp.lemma], nouns=(who.i,))
        if acomp is not None and who is not None:
            what = acomp.lower if acomp.tag == "VBN" else acomp.lemma
            if what == "unsuccessful" and (is_actor(who) or _lemmas(who) & (words.FORCES | words.ATTACK_NOUNS)):
                return Event("repulse", None, who)
            if what in {"encircled", "surrounded", "besieged", "isolated", "blockaded"}:
                return Event("encirclement", None, who, denied=negated(acomp))
            if what in {"captured", "liberated", "seized", "overrun"}:
                return Event("capture", None, who, denied=negated(acomp))
            if what == "next" and (is_place(who) or ground(who)):
                return Event("forecast", None, who, certainty="possible")
            if what in {"contested", "disputed"}:
                return Event("control", None, who, partial=True)
            if what in {"quiet", "calm", "tense", "critical"} and (ground(who) or is_place(who)):
                return Event("other", who)
            if what in {"static", "unchanged", "frozen"}:
                return Event("advance", who, denied=True, partial=True)
            if what in {"open", "passable"} and _lemmas(who) & words.ROUTES:
                return Event("route_open", None, who)
            if what in {"closed", "impassable"} and _lemmas(who) & words.ROUTES:
                return Event("route_cut", None, who)
            if what in {"dead", "missing", "wounded"}:
                return Event("casualties", who, who)
            if _lemmas(who) & {"situation", "fighting", "front", "battle", "clash"} or (
                (is_place(who) or who.pos == "PROPN")
                and what in {"safe", "tense", "calm", "quiet", "dangerous", "unsafe", "critical"}
            ):
                return Event("other", who)
    if (
        lemma in {"aim", "head", "bid", "make"}
        and "for" in preps
        and not passive
        and patient is None
        and (
            is_place(preps["for"])
            or ground(preps["for"])
            or (lemma == "head" and preps["for"].pos == "PROPN")
            or (lemma == "aim" and preps["for"].pos == "PRON")
        )
    ):
        return made("intent")
    if lemma in {"prepare", "plan", "plot", "seek", "want"} and objects & words.ATTACK_NOUNS:
        return made("intent", nouns=_event_nouns(patient))
    grip = subject_of(verb)
    if (
        grip is not None
        and grip.lemma in {"grip", "hold", "control"}
        and any(c.dep == "prep" and c.lower in {"on", "over", "of"} for c in grip.children)
    ):
        return Event(
            "control",
            _owner(grip),
            grip,
            partial=lemma in {"become", "weaken", "slip", "loosen", "shrink"},
            nouns=(grip.i,),
        )
    if lemma == "last" or (lemma in {"hold", "stick"} and negated(verb)):
        pass
    if group == "other":
        who = agent or patient
        if lemma in words.BEGIN | {"intensify", "continue"} and patient is not None and noun_kind(patient):
            who = patient
        told = next((k for t in conjuncts(who) if (k := noun_kind(t))), None) if who is not None else None
        return made(told or "other", agent or patient, nouns=_event_nouns(agent or patient))

    if (
        lemma in {"deprioritize", "deprioritise", "cancel", "suspend", "avoid"}
        and patient is not None
        and (told := noun_kind(patient))
    ):
        return made(told, denied=True, partial=True, nouns=_event_nouns(patient))
    if lemma in {"achieve", "have", "enjoy", "make"} and "success" in objects and is_actor(agent or verb):
        return made("advance", partial=True)
    if lemma in words.LIGHT | words.BEGIN | set(words.VERBS) | {
        "accompany",
        "trigger",
        "spark",
        "prompt",
        "face",
        "repeat",
        "meet",
    }:
        spoken = [
            patient,
            *([agent] if agent is not None and lemma not in {"report"} else []),
            *(t for p, t in preps.items() if p in {"in", "to", "into", "under", "with", "on", "of"}),
        ]
        for carrier in spoken:
            if carrier is None:
                continue
            for t in conjuncts(carrier):
                kind = noun_kind(t)
                if kind is None or (t is not patient and kind in {"support", "reinforcement"} and t is not agent):
                    continue
                if kind == "other" and t is not agent and t is not patient:
                    continue
                who = agent
                denied = lemma in {"stop", "halt", "fail", "lack", "end", "suspend", "cancel"}
                if kind == "casualties" and lemma in {"inflict", "cause"}:
                    who = preps.get("on") or preps.get("to") or preps.get("upon")
                if (kind == "withdrawal" and t is agent) or t is agent:
                    who = _owner(t)
                if kind == "capture" and lemma == "lose":
                    continue
                return Event(kind, who, patient, denied=denied, partial=kind == "advance", nouns=_event_nouns(carrier))
    if lemma in {"make", "gain", "achieve", "score", "record"} and objects & {
        "gain",
        "progress",
        "advance",
        "headway",
        "inroad",
        "push",
    }:
        return made("advance", partial=True, nouns=_event_nouns(patient))
    return None


_CHANCES = {
    "likely": "likely", "probable": "likely", "imminent": "likely", "inevitable": "likely", "possible": "possible", "conceivable": "possible",
    "plausible": "possible", "feasible": "possible", "unlikely": "unlikely", "improbable": "unlikely", "doubtful": "unlikely",
}  # fmt: skip
_QUANTITIES = {"number", "dozen", "hundred", "thousand", "group", "handful", "score", "couple", "bulk", "series", "wave", "batch", "total", "pair", "majority", "rest", "remainder", "column", "lot", "store", "stock", "quantity", "amount", "cache", "stockpile", "load", "pile", "string", "spate"}  # fmt: skip


def _counted(noun: Word | None) -> set[str]:
    """What is counted by "dozens of", "a small number of"."""
    if noun is None or noun.lemma not in _QUANTITIES:
        return set()
    return {t.lemma for t in _of(noun)}


def _brief(verb: Word) -> bool:
    """True of "lasted minutes", "lasted only a day"."""
    return any(t.lemma in {"minute", "hour", "moment"} or t.lower in {"only", "barely", "hardly"} for t in verb.subtree)


def _of(noun: Word) -> list[Word]:
    return [
        g
        for c in noun.children
        if c.dep == "prep" and c.lower == "of"
        for p in c.children
        if p.dep == "pobj"
        for g in conjuncts(p)
    ]


def _owner(noun: Word) -> Word | None:
    for c in noun.children:
        if c.dep in {"poss", "amod", "compound"} and (c.pos == "PROPN" or c.text[:1].isupper()):
            return c
        if c.dep == "prep" and c.lower == "by":
            return next((g for g in c.children if g.dep == "pobj"), None)
    return None


def _event_nouns(noun: Word | None) -> tuple[int, ...]:
    return tuple(t.i for t in conjuncts(noun) if noun_kind(t)) if noun is not None else ()
