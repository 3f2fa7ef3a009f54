"""What is told as a state, or by a noun beside a verb that says little."""

from __future__ import annotations

from vedette.reports import vocabulary as words
from vedette.reports.deed import Deed
from vedette.reports.event import CONTROL, Event, counted, event_nouns, lemmas, negated, noun_kind, of_which, owner
from vedette.reports.grammar import conjuncts, subject_of
from vedette.reports.tree import Word

__all__ = ["borne", "state", "truce"]

_CHANCES = {
    "likely": "likely", "probable": "likely", "imminent": "likely", "inevitable": "likely", "possible": "possible", "conceivable": "possible",
    "plausible": "possible", "feasible": "possible", "unlikely": "unlikely", "improbable": "unlikely", "doubtful": "unlikely",
}  # fmt: skip


_SPOILS = {
    "leave",
    "capture",
    "seize",
    "retrieve",
    "take",
    "find",
    "destroy",
    "lose",
    "recover",
    "cut",
    "block",
    "lay",
    "carry",
    "abandon",
    "disrupt",
    "store",
    "bring",
}
"""Verbs of arms and supplies that nobody gives."""
_GATES = {"airport", "port", "border", "crossing", "runway", "airspace", "frontier", "harbour", "harbor"}


def truce(deed: Deed) -> Event | None:
    """A ceasefire, kept or broken."""
    verb, lemma, agent, patient, preps = deed.verb, deed.lemma, deed.agent, deed.patient, deed.preps
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
    return None


def state(deed: Deed) -> Event | None:
    """A place or force under siege, in somebody's hands, so many kilometres from, encircled."""
    verb, lemma, agent, patient, passive, preps, is_place, is_actor, ground, made = (
        deed.verb,
        deed.lemma,
        deed.agent,
        deed.patient,
        deed.passive,
        deed.preps,
        deed.is_place,
        deed.is_actor,
        deed.ground,
        deed.made,
    )
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
            if prep == "in" and n == "zone" and {c.lower for c in noun.children} & {"grey", "gray"}:
                return Event("control", None, subject_of(verb), partial=True)
            if prep == "in" and n in {"flight", "retreat", "rout"}:
                return Event("withdrawal", subject_of(verb), nouns=(noun.i,))
            if n in CONTROL and (prep in {"under", "in", "into"}):
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
            if prep in preps and preps[prep].lemma in CONTROL | {"reach", "grasp"}:
                beyond = preps[prep]
                return Event("control", owner(beyond), subject_of(verb), denied=True, nouns=(beyond.i,))
    if (
        lemma in {"put", "bring", "place", "be", "come", "fall"}
        and "within" in preps
        and preps["within"].lemma == "range"
    ):
        return Event("fire_control", agent, patient)
    if (
        lemma in {"report", "fear", "believe", "presume", "declare"}
        and passive
        and patient is not None
        and any(
            c.dep in {"oprd", "acomp"} and c.lower in {"dead", "killed", "wounded", "missing", "injured"}
            for c in verb.children
        )
    ):
        return Event("casualties", patient, patient)
    if lemma in {"report", "hear", "register", "record", "see"} and passive and patient is not None:
        told = noun_kind(patient)
        if told is not None and not any(c.dep in {"xcomp", "oprd", "ccomp"} for c in verb.children):
            return Event(told, None, patient, nouns=event_nouns(patient))
    if lemma in {"be", "stand", "remain", "stay", "sit", "lie", "get"}:
        who = subject_of(verb)
        near = [
            c
            for c in verb.subtree
            if c.lemma in {"km", "kilometre", "kilometer", "mile", "metre", "meter", "m"} and c.i > verb.i
        ]
        forces = who is not None and (is_actor(who) or lemmas(who) & words.FORCES)
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
            return Event("forecast", owner(who), who, certainty=_CHANCES[acomp.lemma], nouns=(who.i,))
        if acomp is not None and who is not None:
            what = acomp.lower if acomp.tag == "VBN" else acomp.lemma
            if what == "unsuccessful" and (is_actor(who) or lemmas(who) & (words.FORCES | words.ATTACK_NOUNS)):
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
            if lemmas(who) & (words.ROUTES | _GATES):
                if what in {"open", "passable", "usable", "clear", "reopened", "operational"}:
                    return Event("route_open", None, who)
                if what in {"closed", "impassable", "shut", "unusable", "blocked", "cut", "severed", "inoperable"}:
                    return Event("route_cut", None, who)
            if (ground(who) or deed.named_ground(who)) and (
                what in {"ours", "theirs"} or (acomp.text[:1].isupper() and is_actor(acomp))
            ):
                return Event("control", acomp if acomp.text[:1].isupper() else None, who)
            if what in {"dead", "missing", "wounded"}:
                return Event("casualties", who, who)
            if lemmas(who) & {"situation", "fighting", "front", "battle", "clash"} or (
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
    return None


def borne(deed: Deed) -> Event | None:
    """An event noun with a verb that says little: launched an offensive, suffered losses."""
    verb, lemma, agent, patient, group, objects, preps, is_actor, made, by = (
        deed.verb,
        deed.lemma,
        deed.agent,
        deed.patient,
        deed.group,
        deed.objects,
        deed.preps,
        deed.is_actor,
        deed.made,
        deed.by,
    )
    if lemma in {"prepare", "plan", "plot", "seek", "want", "contemplate", "envisage", "order"} and objects & (
        words.ATTACK_NOUNS | CONTROL | {"capture", "takeover"}
    ):
        return made("intent", nouns=event_nouns(patient))
    grip = subject_of(verb)
    if (
        grip is not None
        and grip.lemma in {"grip", "hold", "control"}
        and any(c.dep == "prep" and c.lower in {"on", "over", "of"} for c in grip.children)
    ):
        return Event(
            "control",
            owner(grip),
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
        return by(told or "other", agent or patient, nouns=event_nouns(agent or patient))
    if (
        lemma in {"deprioritize", "deprioritise", "cancel", "suspend", "avoid"}
        and patient is not None
        and (told := noun_kind(patient))
    ):
        return made(told, denied=True, partial=True, nouns=event_nouns(patient))
    if lemma in {"achieve", "have", "enjoy", "make"} and "success" in objects and is_actor(agent or verb):
        return made("advance", partial=True)
    if lemma in words.ATTEMPT and objects & words.ATTACK_NOUNS:
        return made("assault", nouns=event_nouns(patient))
    if lemma == "come" and not preps.keys() & {"under", "to"}:
        return None  # "the offensive comes a month after": told elsewhere
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
            for t in (*conjuncts(carrier), *(of_which(carrier) if counted(carrier) else ())):
                kind = noun_kind(t)
                if kind is None or (t is not patient and kind in {"support", "reinforcement"} and t is not agent):
                    continue
                if kind == "other" and t is not agent and t is not patient:
                    continue
                if kind == "support" and t is patient and lemma in _SPOILS:
                    continue
                who = agent
                denied = lemma in {"stop", "halt", "fail", "lack", "end", "suspend", "cancel"}
                if kind == "casualties" and lemma in {"inflict", "cause"}:
                    who = preps.get("on") or preps.get("to") or preps.get("upon")
                if t is agent and agent is not None:
                    who = owner(agent)
                if kind == "capture" and lemma == "lose":
                    continue
                return Event(kind, who, patient, denied=denied, partial=kind == "advance", nouns=event_nouns(carrier))
    if lemma in {"make", "gain", "achieve", "score", "record"} and objects & {
        "gain",
        "progress",
        "advance",
        "headway",
        "inroad",
        "push",
    }:
        return made("advance", partial=True, nouns=event_nouns(patient))
    return None


def _brief(verb: Word) -> bool:
    """True of "lasted minutes", "lasted only a day"."""
    return any(t.lemma in {"minute", "hour", "moment"} or t.lower in {"only", "barely", "hardly"} for t in verb.subtree)
