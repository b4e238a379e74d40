/*
 * The delta product, forward and backward, in its chunk-parallel (WY) form: a yardstick of what a
 * compiler makes of the same algorithm with registers under control. Build: cc -O3 -march=native.
 *
 * q [N,T,K], k [N,T*n,K], v [N,T*n,K], beta [N,T*n]; K and the chunk are multiples of LANES. One
 * thread. A worker of alternate.py: delta_rule DIRECTORY N T n K.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __AVX512F__
#define LANES 16
#else
#define LANES 8
#endif
#define CHUNK 32 /* micro-steps */
#define BLOCK 8  /* rows of a triangular product */
#define INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4)));

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec x) { *(vec *)p = x; }
INLINE vec fill(float x) { return x - (vec){}; }

/* R rows by V vectors of C = alpha A B, or += ; A with any strides. */
INLINE void tile(const int R, const int V, int k, const float *a, int arow, int acol,
                 const float *b, int brow, float *c, int crow, float alpha, int add) {
  vec sum[8][4];
#pragma GCC unroll 8
  for (int i = 0; i < R; i++)
#pragma GCC unroll 4
    for (int j = 0; j < V; j++) sum[i][j] = (vec){};
  for (int l = 0; l < k; l++, a += acol, b += brow) {
    vec x[4];
#pragma GCC unroll 4
    for (int j = 0; j < V; j++) x[j] = load(b + j * LANES);
#pragma GCC unroll 8
    for (int i = 0; i < R; i++) {
      vec s = fill(a[i * arow]);
#pragma GCC unroll 4
      for (int j = 0; j < V; j++) sum[i][j] += s * x[j];
    }
  }
  vec factor = fill(alpha);
#pragma GCC unroll 8
  for (int i = 0; i < R; i++)
#pragma GCC unroll 4
    for (int j = 0; j < V; j++) {
      float *p = c + i * crow + j * LANES;
      store(p, add ? load(p) + factor * sum[i][j] : factor * sum[i][j]);
    }
}

/* C = alpha A B, or +=, for m rows and a multiple of LANES columns. */
static void multiply(int m, int columns, int k, const float *a, int arow, int acol, const float *b,
                     int brow, float *c, int crow, float alpha, int add) {
  for (int j = 0; j < columns;) {
    int two = j + 2 * LANES <= columns;
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      if (two)
        tile(8, 2, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
      else
        tile(8, 1, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
    }
    for (; i + 4 <= m; i += 4) {
      if (two)
        tile(4, 2, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
      else
        tile(4, 1, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
    }
    for (; i < m; i++) {
      if (two)
        tile(1, 2, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
      else
        tile(1, 1, k, a + i * arow, arow, acol, b + j, brow, c + i * crow + j, crow, alpha, add);
    }
    j += two ? 2 * LANES : LANES;
  }
}

static void transpose(int rows, int columns, const float *x, float *t) {
  for (int i = 0; i < rows; i += 8)
    for (int j = 0; j < columns; j++)
      for (int r = i; r < i + 8; r++) t[j * rows + r] = x[r * columns + j];
}

/*
 * Inside a block of BLOCK rows: R_i -= sum of A_ij U_j over j < i, U_i = beta_i R_i. Strides may be
 * negative, which solves with the transposed matrix from the end.
 */
static void solve_block(int columns, const float *a, int arow, int acol, const float *beta,
                        int bstep, float *r, float *u, int row) {
  for (int c = 0; c < columns; c += LANES) {
    vec done[BLOCK];
#pragma GCC unroll 8
    for (int i = 0; i < BLOCK; i++) {
      vec x = load(r + i * row + c);
#pragma GCC unroll 8
      for (int j = 0; j < i; j++) x -= fill(a[i * arow + j * acol]) * done[j];
      store(r + i * row + c, x);
      done[i] = fill(beta[i * bstep]) * x;
      store(u + i * row + c, done[i]);
    }
  }
}

static void solve(int m, int columns, const float *a, int arow, int acol, const float *beta,
                  int bstep, float *r, float *u, int row) {
  for (int i = 0; i < m; i += BLOCK) {
    if (i)
      multiply(BLOCK, columns, i, a + i * arow, arow, acol, u, row, r + i * row, row, -1, 1);
    solve_block(columns, a + i * (arow + acol), arow, acol, beta + i * bstep, bstep, r + i * row,
                u + i * row, row);
  }
}

static int round_up(int x) { return (x + LANES - 1) / LANES * LANES; }

/* Products of rows of x with keys up to their own token; x has one row for each `step` keys. */
static void causal(int rows, int step, int size, const float *x, const float *keys_t, float *to) {
  for (int t = 0; t < rows; t += BLOCK) {
    int block = rows - t < BLOCK ? rows - t : BLOCK;
    int columns = (t + block) * step;
    multiply(block, round_up(columns), size, x + t * size, size, 1, keys_t, CHUNK, to + t * CHUNK,
             CHUNK, 1, 0);
    for (int i = t; i < t + block; i++)
      memset(to + i * CHUNK + (i + 1) * step, 0, sizeof(float) * (columns - (i + 1) * step));
  }
}

struct problem {
  int heads, tokens, n, size;
  float *q, *k, *v, *beta, *out_gradient;         /* given */
  float *o, *dq, *dk, *dv, *dbeta, *e, *states;   /* computed */
};

struct scratch {
  float *keys_t, *u, *ut, *y, *state, *state_t, *gradient_t;
  float system[CHUNK * CHUNK], attention[CHUNK * CHUNK], pairs[CHUNK * CHUNK];
};

static void forward_chunk(const struct problem *p, struct scratch *s, int head, int chunk) {
  int d = p->size, n = p->n, m = CHUNK, tokens = m / n;
  long step = (long)head * p->tokens * n + (long)chunk * m, token = step / n;
  const float *q = p->q + token * d, *k = p->k + step * d;
  float *e = p->e + step * d, *o = p->o + token * d;
  int chunks = p->tokens * n / m;
  memcpy(p->states + ((long)head * chunks + chunk) * d * d, s->state, sizeof(float) * d * d);
  memcpy(e, p->v + step * d, sizeof(float) * m * d);
  transpose(m, d, k, s->keys_t);
  causal(m, 1, d, k, s->keys_t, s->system);
  causal(tokens, n, d, q, s->keys_t, s->attention);
  if (chunk) multiply(m, d, d, k, d, 1, s->state, d, e, d, -1, 1);
  solve(m, d, s->system, m, 1, p->beta + step, 1, e, s->u, d);
  for (int t = 0; t < tokens; t += BLOCK) {
    int block = tokens - t < BLOCK ? tokens - t : BLOCK;
    multiply(block, d, (t + block) * n, s->attention + t * m, m, 1, s->u, d, o + t * d, d, 1, 0);
  }
  if (chunk) multiply(tokens, d, d, q, d, 1, s->state, d, o, d, 1, 1);
  multiply(d, d, m, s->keys_t, m, 1, s->u, d, s->state, d, 1, chunk > 0);
}

/* s->state holds the gradient of the state after the chunk, then of the one before it. */
static void backward_chunk(const struct problem *p, struct scratch *s, int head, int chunk) {
  int d = p->size, n = p->n, m = CHUNK, tokens = m / n;
  long step = (long)head * p->tokens * n + (long)chunk * m, token = step / n;
  int chunks = p->tokens * n / m, last = chunk + 1 == chunks;
  const float *q = p->q + token * d, *k = p->k + step * d, *e = p->e + step * d;
  const float *beta = p->beta + step, *g = p->out_gradient + token * d;
  float *dq = p->dq + token * d, *dk = p->dk + step * d, *dv = p->dv + step * d;

  transpose(m, d, k, s->keys_t);
  causal(m, 1, d, k, s->keys_t, s->system);
  causal(tokens, n, d, q, s->keys_t, s->attention);
  /* dv, dbeta, u */
  for (int i = 0; i < m; i += BLOCK) {
    int t = i / n;
    multiply(BLOCK, d, tokens - t, s->attention + t * m + i, 1, m, g + t * d, d, s->y + i * d, d, 1,
             0);
  }
  if (!last) multiply(m, d, d, k, d, 1, s->state, d, s->y, d, 1, 1);
  int end = m - 1;
  solve(m, d, s->system + end * m + end, -1, -m, beta + end, -1, s->y + end * d, dv + end * d, -d);
  for (int i = 0; i < m; i++) {
    vec sum = {};
    for (int c = 0; c < d; c += LANES) {
      vec x = load(e + i * d + c);
      sum += load(s->y + i * d + c) * x;
      store(s->u + i * d + c, fill(beta[i]) * x);
    }
    float total = 0;
    for (int c = 0; c < LANES; c++) total += sum[c];
    p->dbeta[step + i] = total;
  }
  transpose(m, d, s->u, s->ut);
  /* dq, and the part of dk that comes from reads within the chunk */
  causal(tokens, n, d, g, s->ut, s->pairs);
  if (chunk) {
    transpose(d, d, p->states + ((long)head * chunks + chunk) * d * d, s->state_t);
    multiply(tokens, d, d, g, d, 1, s->state_t, d, dq, d, 1, 0);
  }
  for (int t = 0; t < tokens; t += BLOCK) {
    int block = tokens - t < BLOCK ? tokens - t : BLOCK;
    multiply(block, d, (t + block) * n, s->pairs + t * m, m, 1, k, d, dq + t * d, d, 1, chunk > 0);
  }
  for (int i = 0; i < m; i += BLOCK) {
    int t = i / n;
    multiply(BLOCK, d, tokens - t, s->pairs + t * m + i, 1, m, q + t * d, d, dk + i * d, d, 1, 0);
  }
  if (!last) {
    transpose(d, d, s->state, s->gradient_t);
    multiply(m, d, d, s->u, d, 1, s->gradient_t, d, dk, d, 1, 1);
  }
  if (chunk) multiply(m, d, d, dv, d, 1, s->state_t, d, dk, d, -1, 1);
  /* dk through the triangular system */
  causal(m, 1, d, dv, s->ut, s->pairs);
  for (int i = 0; i < m; i++) s->pairs[i * m + i] = 0;
  for (int i = 0; i < m; i += BLOCK) {
    multiply(BLOCK, d, i + BLOCK, s->pairs + i * m, m, 1, k, d, dk + i * d, d, -1, 1);
    multiply(BLOCK, d, m - i, s->pairs + i * m + i, 1, m, k + i * d, d, dk + i * d, d, -1, 1);
  }
  if (chunk) {
    multiply(d, d, tokens, q, 1, d, g, d, s->state, d, 1, !last);
    multiply(d, d, m, s->keys_t, m, 1, dv, d, s->state, d, -1, 1);
  }
}

static void run(const struct problem *p, struct scratch *s) {
  int chunks = p->tokens * p->n / CHUNK;
  for (int head = 0; head < p->heads; head++) {
    memset(s->state, 0, sizeof(float) * p->size * p->size);
    for (int chunk = 0; chunk < chunks; chunk++) forward_chunk(p, s, head, chunk);
  }
  for (int head = 0; head < p->heads; head++)
    for (int chunk = chunks - 1; chunk >= 0; chunk--) backward_chunk(p, s, head, chunk);
}

static float *floats(long length) {
  float *x = aligned_alloc(64, (length * sizeof(float) + 63) / 64 * 64);
  if (!x) exit(2);
  memset(x, 0, length * sizeof(float));
  return x;
}

static void file(const char *directory, const char *name, float *x, long length, int write) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *f = fopen(path, write ? "wb" : "rb");
  size_t done = !f ? 0 : write ? fwrite(x, 4, length, f) : fread(x, 4, length, f);
  if (done != (size_t)length) {
    fprintf(stderr, "delta_rule: cannot %s %s\n", write ? "write" : "read", path);
    exit(2);
  }
  fclose(f);
}

static double milliseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: delta_rule DIRECTORY N T n K\n");
    return 2;
  }
  struct problem p = {0};
  p.heads = atoi(argv[2]), p.tokens = atoi(argv[3]), p.n = atoi(argv[4]), p.size = atoi(argv[5]);
  int d = p.size;
  if (d % (2 * LANES) || CHUNK % p.n || p.tokens * p.n % CHUNK) {
    fprintf(stderr, "delta_rule: K must be a multiple of %d, and T*n of %d\n", 2 * LANES, CHUNK);
    return 2;
  }
  long reads = (long)p.heads * p.tokens * d, steps = (long)p.heads * p.tokens * p.n;
  p.q = floats(reads), p.out_gradient = floats(reads), p.o = floats(reads), p.dq = floats(reads);
  p.k = floats(steps * d), p.v = floats(steps * d), p.e = floats(steps * d);
  p.dk = floats(steps * d), p.dv = floats(steps * d);
  p.beta = floats(steps), p.dbeta = floats(steps), p.states = floats(steps / CHUNK * d * d);
  file(argv[1], "q", p.q, reads, 0);
  file(argv[1], "k", p.k, steps * d, 0);
  file(argv[1], "v", p.v, steps * d, 0);
  file(argv[1], "beta", p.beta, steps, 0);
  file(argv[1], "do", p.out_gradient, reads, 0);
  struct scratch s;
  s.keys_t = floats(CHUNK * d), s.u = floats(CHUNK * d), s.ut = floats(CHUNK * d);
  s.y = floats(CHUNK * d), s.state = floats(d * d), s.state_t = floats(d * d);
  s.gradient_t = floats(d * d);

  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (!strncmp(line, "check ", 6)) {
      run(&p, &s);
      file(line + 6, "o", p.o, reads, 1);
      file(line + 6, "dq", p.dq, reads, 1);
      file(line + 6, "dk", p.dk, steps * d, 1);
      file(line + 6, "dv", p.dv, steps * d, 1);
      file(line + 6, "dbeta", p.dbeta, steps, 1);
      puts("done");
    } else {
      int calls = atoi(line + 4);
      double wall = milliseconds(CLOCK_MONOTONIC), cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
      for (int i = 0; i < calls; i++) run(&p, &s);
      wall = milliseconds(CLOCK_MONOTONIC) - wall;
      cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
      printf("%f %f\n", wall / calls, cpu / calls);
    }
    fflush(stdout);
  }
  return 0;
}
