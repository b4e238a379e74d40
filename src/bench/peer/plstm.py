"""pLSTM on a grid in PyTorch, vectorised over the cells of each anti-diagonal."""

import torch


def grid(q, k, v, s_r, s_d, t_rl, t_du, t_dl, t_ru, m_l, m_u, d):
    """Features [L,X,Y,K or V], gates [L,X,Y]; returns [L,X,Y,V]."""
    lanes, width, height, size = q.shape
    x = torch.arange(width)[:, None].expand(width, height).reshape(-1)
    diagonal = (x + torch.arange(height)[None, :].expand(width, height).reshape(-1)) * width + x
    order = torch.argsort(diagonal)
    ranges = [
        (max(0, n - height + 1), min(width - 1, n) + 1) for n in range(width + height - 1)
    ]
    counts = [last - first for first, last in ranges]
    cells = lambda a: a.reshape(lanes, width * height, -1)[:, order]
    q, k, v = (cells(a) for a in (q, k, v))
    q = q * size**-0.5
    direct = (q * k).sum(-1, keepdim=True) * cells(d) * v
    qs = q.unsqueeze(2).split(counts, 1)
    ks = k.unsqueeze(3).split(counts, 1)
    vs = v.unsqueeze(2).split(counts, 1)
    gates = [cells(a).unsqueeze(3).split(counts, 1) for a in (s_r, s_d, t_rl, t_du, t_dl, t_ru, m_l, m_u)]
    zero = q.new_zeros(lanes, 1, size, v.shape[-1])
    right = down = q.new_zeros(lanes, 0, size, v.shape[-1])
    before = (0, 0)
    reads = []
    for n, (first, last) in enumerate(ranges):
        source_r, source_d, rl, du, dl, ru, mark_l, mark_u = (g[n] for g in gates)
        # From the left: the cell x - 1 of the diagonal before; from above: its cell x.
        left = right[:, : last - first - (first == 0)]
        left = torch.cat([zero, left], 1) if first == 0 else left
        up = down[:, first - before[0] :]
        up = torch.cat([up, zero], 1) if n < width else up
        written = ks[n] * vs[n]
        reads.append((qs[n] @ (mark_l * left + mark_u * up)).squeeze(2))
        right = rl * left + ru * up + source_r * written
        down = du * up + dl * left + source_d * written
        before = (first, last)
    y = torch.cat(reads, 1) + direct
    return y[:, torch.argsort(order)].view(lanes, width, height, -1)
