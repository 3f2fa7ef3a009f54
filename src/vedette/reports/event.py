"""An event found at a verb or a noun, and what nouns tell of events."""

from __future__ import annotations

from dataclasses import dataclass

from vedette.reports import vocabulary as words
from vedette.reports.grammar import conjuncts
from vedette.reports.tree import Word

__all__ = [
    "CONTROL",
    "MUNITIONS",
    "NOTHING",
    "Event",
    "counted",
    "event_nouns",
    "lemmas",
    "negated",
    "noun_kind",
    "of_which",
    "owner",
    "particles",
    "phrases_behind",
]

CONTROL = {"control", "hand", "possession", "hold", "authority", "rule", "occupation", "grip"}
MUNITIONS = {"missile", "rocket", "drone", "shell", "bomb", "airstrike", "strike", "munition", "projectile", "uav", "salvo", "mortar", "artillery", "warhead", "shrapnel", "debris"}  # fmt: skip
_FIRE_WORDS = {"air", "aerial", "drone", "missile", "rocket", "artillery", "bomb", "mortar", "suicide", "cruise", "cluster", "naval", "kamikaze", "uav", "tank", "sniper", "long-range", "precision", "car", "roadside", "gun"}  # fmt: skip
_ARMS = {
    "launcher",
    "aircraft",
    "helicopter",
    "gun",
    "howitzer",
    "jet",
    "warplane",
    "air",
    "grad",
    "mlrs",
    "himars",
    "system",
}
_QUANTITIES = {"number", "dozen", "hundred", "thousand", "group", "handful", "score", "couple", "bulk", "series", "wave", "batch", "total", "pair", "majority", "rest", "remainder", "column", "lot", "store", "stock", "element", "member", "unit", "guy", "contingent", "part", "half", "third", "fifth", "quarter", "tenth", "quantity", "amount", "cache", "stockpile", "load", "pile", "string", "spate"}  # fmt: skip


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


NOTHING = Event("none")
"""What a rule answers that knows a clause to claim nothing, whatever later rules would say."""


def noun_kind(noun: Word) -> str | None:
    """The kind an event noun tells, with its modifiers: an *air* raid is a strike, an *offensive* operation an assault."""
    lemma = noun.lemma
    if lemma == "loss" and any(g.pos == "PROPN" or g.lemma in words.GROUND for g in of_which(noun)):
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
    if noun.pos == "NOUN" and lemma in _PAUSES:
        stilled = {g.lemma for c in noun.children if c.dep == "prep" for g in c.children}
        if stilled & {"fighting", "hostility", "fire", "violence", "combat", "shelling"}:
            return "ceasefire"
    if noun.pos == "NOUN" and lemma in _DANGERS:
        feared = [g for c in noun.children if c.dep == "prep" and c.lower in {"of", "to"} for g in c.children]
        if any(words.EVENT_NOUNS.get(g.lemma) or g.dep == "pcomp" for g in feared):
            return "forecast"
    if lemma == "charge" and _is_word(noun):
        return None
    if lemma in _DIRECTIONS:  # "an *offensive* south of the town", where the direction was taken for the noun
        told = next(
            (
                c
                for c in noun.children
                if c.dep in {"amod", "compound"} and c.i == noun.i - 1 and c.lemma in words.EVENT_NOUNS
            ),
            None,
        )
        return words.EVENT_NOUNS[told.lemma] if told is not None else None
    kind = words.EVENT_NOUNS.get(lemma) or words.EVENT_NOUNS.get(noun.lower)
    if (kind is None and lemma not in {"action", "activity"}) or noun.pos not in {"NOUN", "PROPN"}:
        return None
    about = {c.lemma for c in noun.children if c.dep in {"compound", "amod", "nmod"}}
    about |= {c.lower for c in noun.children if c.dep in {"compound", "amod", "nmod"}}
    around = noun.tree.run(max(noun.i - 3, 0), noun.i - 1).text.lower()
    if lemma in {"attack", "raid", "assault", "offensive", "operation", "sortie"} and (
        about & _FIRE_WORDS or _by_fire(noun)
    ):
        return "strike"
    if lemma in {"action", "activity"}:
        return "assault" if about & {"offensive", "assault", "counteroffensive", "storming"} else None
    if lemma == "operation":
        return (
            "assault"
            if about
            & {
                "offensive",
                "storming",
                "ground",
                "assault",
                "counteroffensive",
                "clearing",
                "special",
                "counterterrorist",
                "counter-terrorist",
                "anti-terrorist",
                "antiterrorist",
                "anti-terror",
                "counterterrorism",
                "counter-terrorism",
                "clearance",
                "mopping-up",
                "sweep",
            }
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
            if about
            & (
                _FIRE_WORDS
                | words.EQUIPMENT
                | {"heavy", "intense", "enemy", "small", "arm", "indiscriminate", "constant", "hostile"}
            )
            or "under" in around
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


_DIRECTIONS = {"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"}
_PAUSES = {"halt", "pause", "end", "stop", "cessation", "suspension", "break", "lull", "respite"}
_DANGERS = {"threat", "danger", "risk", "prospect", "possibility", "likelihood", "chance", "probability"}


def _is_word(noun: Word) -> bool:
    """True of a charge that is made in words: "rejected the charge", "the charge that"."""
    return (
        noun.dep in {"dobj", "nsubjpass", "appos"} and noun.head.lemma in words.DENY | {"repeat", "make", "reject"}
    ) or any(c.dep in {"acl", "ccomp"} for c in noun.children)


def _by_fire(noun: Word) -> bool:
    """True of "attacks *from rocket launchers*", "an attack *with drones*"."""
    return any(
        c.dep == "prep"
        and c.lower in {"from", "with", "using", "by"}
        and any(g.lemma in MUNITIONS | _ARMS or counted(g) & (MUNITIONS | _ARMS) for g in c.children)
        for c in noun.children
    )


def lemmas(token: Word | None) -> set[str]:
    """The lemmas of a noun and of those joined to it."""
    return {t.lemma for t in conjuncts(token)} if token is not None else set()


def counted(noun: Word | None) -> set[str]:
    """What is counted by "dozens of", "a small number of"."""
    if noun is None or (noun.lemma not in _QUANTITIES | words.PARTS and noun.pos not in {"NUM", "DET", "PRON"}):
        return set()
    return {t.lemma for t in of_which(noun)}


def phrases_behind(verb: Word) -> dict[str, Word]:
    """What stands behind each preposition of a verb; of two in a row ("out of") also under both."""
    found: dict[str, Word] = {}
    through = [
        p
        for c in verb.children
        if c.dep in {"advmod", "acomp", "prt", "npadvmod", "conj"} and c.pos in {"ADV", "ADP", "ADJ"}
        for p in (c, *c.children)
    ]
    for c in (*verb.children, *through):
        if c.dep in {"prep", "agent"} or (c.dep == "conj" and c.pos == "ADP"):
            for g in c.children:
                if g.dep in {"pobj"}:
                    found.setdefault(c.lower, g)
                if g.dep == "prep":
                    for h in g.children:
                        if h.dep == "pobj":
                            found.setdefault(f"{c.lower} {g.lower}", h)
                            found.setdefault(g.lower, h)
    return found


def particles(verb: Word) -> set[str]:
    """Particles, adverbs and prepositions of a verb."""
    return {c.lower for c in verb.children if c.dep in {"prt", "advmod", "prep", "npadvmod"}}


def negated(verb: Word) -> bool:
    """True of "not", "never", "no", "neither", "without" on a clause."""
    for c in verb.children:
        if c.lower == "longer" and c.i and c.tree[c.i - 1].lower == "no":
            return True
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


def of_which(noun: Word) -> list[Word]:
    """What stands behind the "of" of a noun."""
    return [
        g
        for c in noun.children
        if c.dep == "prep" and c.lower == "of"
        for p in c.children
        if p.dep == "pobj"
        for g in conjuncts(p)
    ]


def owner(noun: Word) -> Word | None:
    """Whose an event is: "the army's offensive", "an attack by the rebels"."""
    for c in noun.children:
        if c.dep in {"poss", "amod", "compound"} and (c.pos == "PROPN" or c.text[:1].isupper()):
            return c
        if c.dep == "prep" and c.lower == "by":
            return next((g for g in c.children if g.dep == "pobj"), None)
    return None


def event_nouns(noun: Word | None) -> tuple[int, ...]:
    """The positions of the event nouns in a phrase."""
    return tuple(t.i for t in conjuncts(noun) if noun_kind(t)) if noun is not None else ()
