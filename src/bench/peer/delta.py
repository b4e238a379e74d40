"""The delta product in PyTorch: the loop over micro-steps, and the chunk-parallel (WY) form.

Shapes: q [N,T,K], k [N,T*n,K], v [N,T*n,V], beta [N,T*n]; N runs over examples and heads. Gradients
come from automatic differentiation.
"""

import time

import torch


def naive(q, k, v, beta, n):
    """One micro-step after the other."""
    state = torch.zeros(k.shape[0], k.shape[2], v.shape[2], dtype=k.dtype)
    ks, vs, betas, qs = k.unbind(1), v.unbind(1), beta.unbind(1), q.unbind(1)
    reads = []
    for s in range(k.shape[1]):
        key = ks[s].unsqueeze(1)  # [N,1,K]
        error = vs[s].unsqueeze(1) - torch.bmm(key, state)  # [N,1,V]
        state = torch.baddbmm(state, key.transpose(1, 2), betas[s][:, None, None] * error)
        if s % n == n - 1:
            reads.append(torch.bmm(qs[s // n].unsqueeze(1), state))
    return torch.cat(reads, 1)


def inverse_by_doubling(strict):
    """(I + A)^-1 of strictly lower triangular matrices: (I - A)(I + A^2)(I + A^4) .."""
    size = strict.shape[-1]
    inverse = torch.eye(size, dtype=strict.dtype) - strict
    power, reach = strict, 2
    while reach < size:
        power = power @ power
        inverse = inverse + inverse @ power
        reach *= 2
    return inverse


def chunkwise(q, k, v, beta, n, chunk, doubling):
    """Everything but the scan over chunks is batched over all chunks at once.

    ``chunk`` counts micro-steps; it must divide T*n. ``doubling`` inverts the triangular systems by
    products, else they are solved by substitution.
    """
    rows, steps, key_size = k.shape
    chunks, tokens, value_size = steps // chunk, chunk // n, v.shape[2]
    q = q.reshape(rows, chunks, tokens, key_size)
    k = k.reshape(rows, chunks, chunk, key_size)
    right = torch.cat([v, k.reshape(rows, steps, key_size)], -1) * beta.unsqueeze(-1)
    right = right.view(rows, chunks, chunk, value_size + key_size)
    kt = k.transpose(-1, -2)
    strict = torch.tril(right[..., value_size:] @ kt, -1)
    if doubling:
        solved = inverse_by_doubling(strict) @ right
    else:
        solved = torch.linalg.solve_triangular(strict, right, upper=False, unitriangular=True)
    us, ws = (part.unbind(1) for part in solved.split([value_size, key_size], -1))
    kts = kt.unbind(1)
    state = torch.zeros(rows, key_size, value_size, dtype=k.dtype)
    states, written = [], []
    for c in range(chunks):
        states.append(state)
        u = torch.baddbmm(us[c], ws[c], state, alpha=-1)
        written.append(u)
        if c + 1 < chunks:
            state = torch.baddbmm(state, kts[c], u)
    past = torch.arange(chunk) < (torch.arange(tokens)[:, None] + 1) * n
    attention = (q @ kt) * past.to(q.dtype)
    # The products of queries with states and of attention with what was written, as one.
    read = torch.cat([q, attention], -1) @ torch.cat(
        [torch.stack(states, 1), torch.stack(written, 1)], -2
    )
    return read.view(rows, -1, value_size)


def fastest_chunkwise(tokens, n, key_size, rows, seconds=1.0):
    """Tries chunk lengths and both ways to the inverse, and returns the fastest and its name."""
    steps = tokens * n
    inputs = [torch.randn(rows, tokens, key_size), torch.randn(rows, steps, key_size)]
    inputs = inputs + [torch.randn(rows, steps, key_size), torch.rand(rows, steps)]
    inputs[1] = torch.nn.functional.normalize(inputs[1], dim=-1)
    for x in inputs:
        x.requires_grad_(True)
    best = None
    for chunk in (16, 32, 64, 128):
        if steps % chunk or chunk % n:
            continue
        for doubling in (True, False):
            least, end = float("inf"), time.process_time() + seconds
            while time.process_time() < end:
                start = time.process_time()
                chunkwise(*inputs, n, chunk, doubling).sum().backward()
                least = min(least, time.process_time() - start)
            if best is None or least < best[0]:
                best = (least, chunk, doubling)
    _, chunk, doubling = best
    name = f"chunks of {chunk} micro-steps, " + ("doubling" if doubling else "substitution")
    return (lambda q, k, v, beta: chunkwise(q, k, v, beta, n, chunk, doubling)), name
