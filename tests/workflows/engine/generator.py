"""Random workflows that could be published: nested sequences, forks with their joins, choices, bounded circles and steps
of every kind; wild ones also leave forks sideways, which validation refuses and the engine bears all the same.

`random` is a random.Random, or hypothesis's, which can make a failing example smaller.
"""

TOPICS, MESSAGES, STATUSES = ("orders", "labels"), ("paid", "arrived"), ("resolved", "closed", "rejected")
LONGEST, DEEPEST = 40, 3
FIELDS = [
    {"key": "n", "kind": "number", "label": "Number", "default": 1},
    {"key": "copy", "kind": "number", "label": "Copy", "default": 1},
    {"key": "flag", "kind": "yes_no", "label": "Flag", "default": False},
    {"key": "day", "kind": "date", "label": "Day", "default": "2026-12-01"},
]


class Maker:
    """Builds one document from its end to its start, so that every step knows what comes after it."""

    def __init__(self, random, *, wild):
        self.random, self.wild = random, wild
        self.steps = []
        self.count = 0

    def document(self):
        last = self.add("end", status=self.pick(STATUSES))
        begin = self.sequence(last, 0, ())
        self.steps.reverse()
        return {
            "schema": 1,
            "name": {"en": "Made up", "de": "Ausgedacht"},
            "fields": FIELDS,
            "start": begin,
            "max_visits": self.random.randint(2, 6),
            "steps": self.steps,
        }

    # ---- chances ----------------------------------------------------------------------

    def pick(self, choices):
        return choices[self.random.randrange(len(choices))]

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def add(self, kind, key="", **spec):
        key = key or self.key(kind)
        self.steps.append({"key": key, "kind": kind, "name": key, "public": self.chance(2), **spec})
        return key

    def key(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    # ---- structure ----------------------------------------------------------------------

    def sequence(self, then, depth, joins):
        """A few blocks one after the other, ending at `then`; returns where they begin. `joins`: of forks around."""
        for _ in range(self.random.randint(1, 3)):
            then = self.block(then, depth, joins)
        return then

    def block(self, then, depth, joins):
        if depth < DEEPEST and len(self.steps) < LONGEST and not self.chance(3):
            return self.pick((self.fork, self.fork, self.choice, self.circle))(then, depth, joins)
        return self.pick(self.simple)(then, depth, joins)

    def fork(self, then, depth, joins):
        branches = self.random.randint(2, 4)
        wait = self.pick(("all", "all", "any", self.random.randint(1, branches)))
        join = self.add("join", wait=wait, next=then)
        inside = (*joins, join)
        ways = [self.sequence(join, depth + 1, inside)]
        ways += [self.branch(join, depth + 1, inside) for _ in range(branches - 1)]
        return self.add("split", branches=ways, join=join)

    def branch(self, join, depth, joins):
        if self.chance(6):
            return self.sequence(self.add("end", status=self.pick(STATUSES), terminate=self.chance(4)), depth, joins)
        if self.wild and self.chance(6):
            return join
        if self.wild and self.chance(6):  # out of an inner fork, straight to a join around it
            return self.sequence(self.pick(joins), depth, joins)
        return self.sequence(join, depth, joins)

    def choice(self, then, depth, joins):
        ways = [self.sequence(then, depth + 1, joins) for _ in range(self.random.randint(1, 3))]
        if self.chance(2):
            branches = [{"when": self.condition(), "next": way, "label": "so"} for way in ways]
            return self.add("decision", branches=branches, otherwise=then)
        outcomes = [{"key": f"way{number}", "label": "Go", "next": way} for number, way in enumerate([*ways, then])]
        return self.add("form", owner=self.owner(), outcomes=outcomes, **self.due(then))

    def circle(self, then, depth, joins):
        """A body that is done again until a person, an approver or a counter says it is enough."""
        key = self.key("again")
        body = self.sequence(key, depth + 1, joins)
        which = self.random.randrange(3)
        if which == 0:
            outcomes = [
                {"key": "again", "label": "Again", "next": body},
                {"key": "enough", "label": "On", "next": then},
            ]
            self.add("form", key, owner=self.owner(), outcomes=outcomes)
        elif which == 1:
            self.add("approval", key, **self.approvers(), approve=then, reject=body, **self.due(then))
        else:
            # Without anybody to ask it would run hot.
            body = self.add("set", values={"n": {"formula": "n + 1"}, "ticket.priority": {"value": "high"}}, next=body)
            body = self.form(body, depth, joins)
            self.add("decision", key, branches=[{"when": self.condition(), "next": body}], otherwise=then)
        return body

    # ---- single steps -------------------------------------------------------------------

    @property
    def simple(self):
        return (
            self.form,
            self.approval,
            self.http,
            self.external,
            self.wait,
            self.set,
            self.notify,
            self.child,
            self.classify,
        )

    def owner(self):
        return self.pick(({"strategy": "pull"}, {"strategy": "round_robin"}, {"strategy": "role", "role": "support"}))

    def due(self, then):
        if not self.chance(3):
            return {}
        remind = {"remind": "PT1H"} if self.chance(2) else {}
        return {"due": {"within": "PT4H", "clock": "business", "then": self.pick(("escalate", then)), **remind}}

    def approvers(self):
        number = self.random.randint(1, 4)
        people = [
            self.pick(({"role": "support"}, {"department": "it"}, {"field": "requester.manager"}))
            for _ in range(number)
        ]
        quorum = self.pick(("all", self.random.randint(1, number)))
        return {"approvers": people, "mode": self.pick(("sequence", "parallel")), "quorum": quorum}

    def condition(self):
        number = self.random.randint(0, 6)
        return self.pick(
            (
                {"field": "n", "op": "lt", "value": number},
                {"field": "flag", "op": "is", "value": True},
                {"all": [{"field": "n", "op": "gt", "value": number}, {"not": {"field": "flag", "op": "empty"}}]},
                {"formula": f"n < {number}"},
                {"formula": "10 / n > 3"},  # an error while n is zero
            )
        )

    def form(self, then, depth, joins):
        return self.add("form", owner=self.owner(), next=then, **self.due(then))

    def approval(self, then, depth, joins):
        refused = self.add("end", status="rejected") if self.chance(2) else then
        return self.add("approval", **self.approvers(), approve=then, reject=refused, **self.due(then))

    def http(self, then, depth, joins):
        path = {"on_error": then} if self.chance(2) else {}
        return self.add("http", method="POST", url="https://example.org/", result={"n": "count"}, next=then, **path)

    def external(self, then, depth, joins):
        spec = {"on_error": then} if self.chance(3) else {}
        if self.chance(2):
            spec["fallback"] = {"owner": self.owner(), **({"after": "PT1H"} if self.chance(2) else {})}
        return self.add("external", topic=self.pick(TOPICS), retries=2, next=then, **spec, **self.due(then))

    def wait(self, then, depth, joins):
        timeout = {"timeout": "P1D", "on_timeout": then} if self.chance(2) else {}
        spec = self.pick(
            ({"duration": "PT1H", "clock": "business"}, {"until": "day"}, {"event": self.pick(MESSAGES), **timeout})
        )
        return self.add("wait", next=then, **spec)

    def set(self, then, depth, joins):
        values = self.pick(
            ({"n": {"value": 0}}, {"copy": {"field": "n"}}, {"n": {"formula": "n * 2"}, "flag": {"value": True}})
        )
        return self.add("set", values=values, next=then)

    def notify(self, then, depth, joins):
        return self.add("notify", to=["requester"], subject="News", text="{{ n }}", next=then)

    def child(self, then, depth, joins):
        return self.add("child", tickets=[{"subject": "Part of it"}], wait=self.chance(2), next=then)

    def classify(self, then, depth, joins):
        return self.add("classify", fields=["department", "priority"], next=then)


def random_document(random, *, wild=False):
    return Maker(random, wild=wild).document()


def random_values(random):
    return {
        "n": random.randint(0, 4),
        "flag": random.random() < 0.5,
        "day": "2026-12-01" if random.random() < 0.8 else None,
    }


def renamed(document, suffix):
    """The same workflow with other keys, and the map from old to new ones."""
    keys = [step["key"] for step in document["steps"] if isinstance(step.get("key"), str)]
    names = {key: f"{key.split('__')[0]}__{suffix}" for key in keys}

    def other(value):
        if isinstance(value, dict):
            return {key: other(one) for key, one in value.items()}
        if isinstance(value, list):
            return [other(one) for one in value]
        return names.get(value, value) if isinstance(value, str) else value

    return {**document, "start": other(document["start"]), "steps": other(document["steps"])}, names


def broken(document, random):
    """A workflow that nobody could publish: what a running ticket may meet all the same after a change by hand."""
    steps = [dict(step) for step in document["steps"]]
    for _ in range(random.randint(1, 3)):
        step = steps[random.randrange(len(steps))]
        which = random.randrange(5)
        if which == 0:
            step["kind"] = ("teleport", 7, None)[random.randrange(3)]
        elif which == 1:
            step.pop(sorted(step)[random.randrange(len(step))])
        elif which == 2:
            step[sorted(step)[random.randrange(len(step))]] = (None, 3, "nowhere", [], {}, [[1]], True)[
                random.randrange(7)
            ]
        elif which == 3:
            step["next"] = "nowhere"
        else:
            steps = [one for one in steps if one is not step] or steps
    return {**document, "steps": steps}
