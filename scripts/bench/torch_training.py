"""The rival of `npm run bench training` in PyTorch: prints one JSON object of timings in milliseconds.

Takes the plan as JSON: the sizes of trainingSizes.ts, "threads" and "product" {n, k, m}.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

plan = json.loads(sys.argv[1])
torch.set_num_threads(plan["threads"])
torch.manual_seed(7)


def unit_rows(n, dim):
    return functional.normalize(torch.randn(n, dim), dim=-1)


def timings(job, runs):
    job()
    job()
    out = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        out.append(1000 * (time.perf_counter() - start))
    return out


def steps(size):
    """One step: noise, projector, symmetric InfoNCE of every modality with every target, AdamW."""
    hidden, n = size["hidden"], size["batch"]
    model = nn.Sequential(
        nn.Linear(size["dIn"], hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, size["dOut"]),
        nn.BatchNorm1d(size["dOut"]),
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.02)
    x = unit_rows(size["modalities"] * n, size["dIn"])
    targets = [unit_rows(n, size["dOut"]) for _ in range(size["targets"])]
    right = torch.arange(n)

    def job():
        y = functional.normalize(model(x + 0.3 / size["dIn"] ** 0.5 * torch.randn_like(x)), dim=-1)
        losses = []
        for block in y.split(n):
            for target in targets:
                z = block @ target.T / 0.05
                losses.append((functional.cross_entropy(z, right) + functional.cross_entropy(z.T, right)) / 2)
        loss = torch.stack(losses).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    return timings(job, size["runs"])


def product(n, k, m):
    x, w = torch.randn(n, k), torch.randn(k, m)
    return timings(lambda: x @ w, 7)


print(
    json.dumps(
        {
            "version": torch.__version__,
            "threads": torch.get_num_threads(),
            "steps": {size["id"]: steps(size) for size in plan["sizes"]},
            "product": product(**plan["product"]),
        }
    )
)
