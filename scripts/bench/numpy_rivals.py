"""The rivals of `npm run bench large` in NumPy: prints one JSON object of timings in milliseconds, by row.

Takes the plan as JSON: {"dim": 1024, "ranks": 5000, "planes": 2000, "runs": 7}.
"""

import json
import sys
import time

import numpy as np

plan = json.loads(sys.argv[1])
rng = np.random.default_rng(7)


def unit_rows(n):
    rows = rng.standard_normal((n, plan["dim"]), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fuse(factor, expert, base):
    mixed = np.float32(factor) * expert + np.float32(1 - factor) * base
    return mixed / np.sqrt(np.einsum("nd,nd->n", mixed, mixed))[:, None]


def timings(job):
    job(0)
    out = []
    for k in range(plan["runs"]):
        start = time.perf_counter()
        job(k)
        out.append(1000 * (time.perf_counter() - start))
    return out


def ranks_again(n):
    """Fuses both sides, multiplies and ranks: 1 + #(s > s*) + #(s = s*, index < i*), the right answer of q being q."""
    base_q, expert_q, base_g, expert_g = (unit_rows(n) for _ in range(4))
    diagonal = np.arange(n)

    def job(k):
        scores = fuse((k * 37 % 101) / 100, expert_q, base_q) @ fuse((k % 101) / 100, expert_g, base_g).T
        best = scores[diagonal, diagonal][:, None]
        ranks = 1 + np.count_nonzero(scores > best, axis=1)
        # Ties are rare: only their rows are looked at by index.
        for q in np.flatnonzero(np.count_nonzero(scores == best, axis=1) > 1):
            ranks[q] += np.count_nonzero(scores[q, :q] == best[q])
        return ranks

    return timings(job)


def planes(n):
    queries, gallery = [unit_rows(n), unit_rows(n)], [unit_rows(n), unit_rows(n)]
    return timings(lambda _: [x @ y.T for x in queries for y in gallery])


print(json.dumps({"version": np.__version__, "ranks": ranks_again(plan["ranks"]), "planes": planes(plan["planes"])}))
