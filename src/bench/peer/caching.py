"""Gated reads of cached linear memories in PyTorch; independent segments, routed by their mean keys.

Shapes: q, k, u [B,H,T,K], v [B,H,T,V]; T is a multiple of the segment.
"""

import torch


def gates(k, u, segment):
    """[B,H,T,N]: softmax over the ended segments and the online one, 0 for later ones."""
    steps = k.shape[2]
    count = steps // segment
    in_segment = k.unflatten(2, (count, segment))
    pools = in_segment.mean(3)  # [B,H,N,K]
    prefix = in_segment.cumsum(3) / torch.arange(1, segment + 1)[:, None]
    online = (u * prefix.flatten(2, 3)).sum(-1, keepdim=True)
    scores = u @ pools.transpose(-1, -2)
    own = torch.arange(steps)[:, None] // segment
    other = torch.arange(count)
    scores = torch.where(other == own, online, scores)
    return scores.masked_fill(other > own, float("-inf")).softmax(-1)


def whole(q, k, v, u, segment):
    """All pairs of steps at once: T x T."""
    attention = torch.tril((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2))
    return (attention * gates(k, u, segment).repeat_interleave(segment, -1)) @ v


def chunked(q, k, v, u, segment):
    """Pairs within a segment, and the states of the ended segments by one product."""
    q = q * q.shape[-1] ** -0.5
    batch, heads, steps, size = q.shape
    count = steps // segment
    g = gates(k, u, segment)
    cut = lambda x: x.unflatten(2, (count, segment))
    qs, ks, vs = cut(q), cut(k), cut(v)
    own = torch.arange(steps)[:, None] // segment
    online = g.gather(-1, own.expand(batch, heads, steps, 1))
    inside = (torch.tril(qs @ ks.transpose(-1, -2)) @ vs).flatten(2, 3)
    states = (ks.transpose(-1, -2) @ vs).flatten(2, 3)  # [B,H,N*K,V]
    ended = g * (torch.arange(count) < own)
    weighted = (ended.unsqueeze(-1) * q.unsqueeze(-2)).flatten(3, 4)  # [B,H,T,N*K]
    return online * inside + weighted @ states
