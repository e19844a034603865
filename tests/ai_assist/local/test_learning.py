"""The split leaks nothing, figures are right, and a model that is not sure says so."""

import random

import pytest

from ai_assist.local import datasets, duplicates, learning, metrics, vectors
from ai_assist.local.examples import Example, normalised, split, split_byte
from tests.ai_assist.local.desk import FILLER


def alerts(number, seed=3):
    """Texts of which every second one repeats an earlier one with another number, name or a word more."""
    chance, found = random.Random(seed), []
    for at in range(number):
        if at % 2 and found:
            old = chance.choice(found).body.split()
            place = chance.randrange(len(old))
            body = " ".join([*old[:place], *(["eben"] if chance.random() < 0.5 else [str(at)]), *old[place:]])
        else:
            body = " ".join(chance.choice(FILLER["de"] + FILLER["en"]) for _ in range(60))
        found.append(Example(f"Alarm {at}", body, labels={"queue": "a"}))
    return found


def jaccard(left, right):
    def runs(text):
        words = normalised(text).split()
        return {tuple(words[at : at + 3]) for at in range(max(len(words) - 2, 1))}

    a, b = runs(left), runs(right)
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_near_duplicate_stands_on_both_sides(seed):
    rows = alerts(160, seed)
    clusters = duplicates.mark(rows)
    assert 60 <= clusters <= 100
    parts = split(rows)
    assert min(len(parts.train), len(parts.threshold) + 1, len(parts.test)) > 0
    sides = [parts.train, parts.threshold, parts.test]
    for number, side in enumerate(sides):
        for other in sides[number + 1 :]:
            close = max((jaccard(a.body, b.body) for a in side for b in other), default=0)
            assert close < duplicates.LEAST_SHARED


def test_two_files_share_no_near_duplicate():
    train, test = alerts(80, 5), alerts(80, 6)
    test += [Example("Alarm 0", f"{row.body} heute", labels=row.labels) for row in train[:20]]
    parts = datasets.split_two(train, test)
    assert 0 < len(parts.test) <= 80
    assert max(jaccard(a.body, b.body) for a in parts.test for b in [*parts.train, *parts.threshold]) < 0.7


def test_a_cluster_has_the_place_of_its_first():
    rows = alerts(40)
    duplicates.mark(rows)
    for row in rows:
        first = next(other for other in rows if other.cluster == row.cluster)
        assert first.first
        assert row.place == first.place == split_byte(first.subject, first.body)


def test_the_split_ignores_what_changes_from_mail_to_mail():
    assert split_byte("RE: Ticket 12", "Hello <b>you</b> a@b.test") == split_byte("re  ticket", "hello you  ")


def test_learning_abstains_where_labels_are_noise():
    chance = random.Random(4)
    rows = [
        Example("", " ".join(chance.choice(FILLER["en"]) for _ in range(20)), labels={"queue": chance.choice("abc")})
        for _ in range(900)
    ]
    for number, row in enumerate(rows):
        row.place = number % 256
    parts = split(rows)
    model = learning.Material(parts).learn("queue")
    assert model.threshold is None
    found = learning.scores(learning.judge(model, "queue", parts.test), model.threshold)
    assert (found["coverage"], found["precision"]) == (0.0, None)
    assert found["ece"] < 0.15


def known_rows(number=400, seed=6):
    chance, rows = random.Random(seed), []
    for at in range(number):
        queue = chance.choice("aaaaaaaab")
        words = [chance.choice(FILLER["de"]) for _ in range(12)] + [f"wort{queue}"] * (chance.random() < 0.8)
        rows.append(Example("", " ".join(words), labels={"queue": queue}, place=at % 256))
    return rows


def test_few_rows_are_all_learned_from_and_judged_by_models_that_have_not_seen_them(monkeypatch):
    parts = split(known_rows())
    material = learning.Material(parts)
    assert len(material.examples) == len(parts.train) + len(parts.threshold)
    model = material.learn("queue")
    hits = material.hits["queue", ""]
    assert hits.keys() == {id(row) for row in material.examples}
    # What it says of rows that it has learned is better than what is believed of it.
    seen = learning.judge(model, "queue", material.examples)
    assert sum(hits.values()) < sum(seen.right)
    monkeypatch.setattr(learning, "MOST_CROSSED", 100)
    apart = learning.Material(parts)
    apart.learn("queue")
    assert apart.hits["queue", ""].keys() == {id(row) for row in parts.threshold}
    assert len(apart.examples) == len(parts.train)


def test_rows_of_rare_values_count_a_little_more():
    weights = learning._balanced(list("aaaaaaaab"), {"a": 0, "b": 1})
    assert 1 < weights[1] / weights[0] < 2
    assert (8 * weights[0] + weights[1]) / 9 == pytest.approx(1)


def test_two_values_with_rows_are_needed():
    rows = [Example("", f"text {number}", labels={"queue": "a"}, place=200) for number in range(20)]
    with pytest.raises(learning.TooLittle):
        learning.Material(split(rows)).learn("queue")


def test_confidence_is_a_chance_and_keeps_the_order():
    chance = random.Random(5)
    rows = []
    for number in range(700):
        queue = chance.choice("abcd")
        words = [chance.choice(FILLER["de"]) for _ in range(12)] + [f"wort{queue}"] * (chance.random() < 0.7)
        rows.append(Example("", " ".join(words), labels={"queue": queue}, place=number % 256))
    model = learning.Material(split(rows)).learn("queue")
    assert len(model.curve) >= 3
    assert model.curve == sorted(model.curve)
    for row in rows[:50]:
        ranked = model.ranked(row.text)
        shares = [share for _value, share in ranked]
        assert shares[0] == max(shares)
        assert 0 <= min(shares) <= sum(shares) <= 1.001
        assert shares[1:] == sorted(shares[1:], reverse=True)


def test_figures():
    truth, guessed = list("aaabbc"), list("aabbba")
    assert metrics.accuracy(truth, guessed) == pytest.approx(4 / 6)
    assert metrics.macro_f1(truth, guessed) == pytest.approx((2 * 2 / 6 + 2 * 2 / 5 + 0) / 3)
    assert metrics.top(["a", "b"], [["b", "a"], ["a", "c"]], 2) == 0.5
    assert metrics.recall_at([1, 5, 6, None], 5) == 0.5
    assert metrics.reciprocal_rank([1, 2, None, 4]) == pytest.approx((1 + 0.5 + 0.25) / 4)
    assert metrics.calibration_error([True, False], [0.5, 0.5]) == 0
    assert metrics.calibration_error([False, False], [0.9, 0.9]) == pytest.approx(0.9)
    assert metrics.recalls(truth, guessed)["a"] == {"rows": 3, "recall": 0.6667}


def test_the_threshold_is_the_lowest_that_holds():
    sure = [0.9] * 30 + [0.8] * 20 + [0.7] * 10
    right = [True] * 30 + [True] * 16 + [False] * 4 + [False] * 10
    assert metrics.threshold_for(right, sure, 0.9, 30) == (0.8, 50)
    assert metrics.above(right, sure, 0.8) == (50 / 60, 46 / 50)
    assert metrics.threshold_for(right, sure, 0.9, 51) is None
    assert metrics.threshold_for([True] * 29, [0.9] * 29, 0.9, 30) is None
    assert metrics.above(right, sure, None) == (0, None)


def test_memory_is_bounded_and_frequent_features_stay(monkeypatch):
    monkeypatch.setattr(vectors, "MOST_SEEN", 300)
    counter = vectors.Counter()
    for number in range(200):
        counter.add(f"Drucker streikt Nummer{number} {'x' * 4}{number}", (f"requester={number}", "channel=web"))
        assert all(len(ids) < 600 for ids in counter._ids.values())
    known = counter.vocabulary()
    assert {"drucker", "streikt", "drucker streikt"} <= set(known.ids[vectors.WORD])
    assert known.blocks[vectors.FACT] == ["channel=web"]
    assert counter._counts[vectors.WORD][counter._ids[vectors.WORD]["drucker"]] == 200


def test_a_vector_has_blocks_of_length_one():
    rows = [Example("Netzwerkdrucker defekt", "im Büro", extra=("channel=web",))] * 3
    known = vectors.learn_vocabulary(rows)
    ids, weights = known.vector(rows[0].text, ("channel=web", "requester=9"))
    assert len(set(ids)) == len(ids)
    words, facts = len(known.blocks[vectors.WORD]), len(known.blocks[vectors.FACT])
    assert sum(weights[ids < words] ** 2) == pytest.approx(1, abs=1e-5)
    assert (facts, weights[ids >= known.size - facts].tolist()) == (1, [vectors.FACT_WEIGHT])
    assert known.vector("", ())[0].size == 0
    assert known.matrix(rows).shape == (3, known.size)
