package org.dl4jext.datasets;

/**
 * Recursive descent over {@code expression = atom (operator atom)*}, {@code atom = digit | -atom |
 * (expression)}, reduced modulo m after each operation; the operators of one bracket are applied
 * from left to right.
 */
final class BracketExpression {

  /** Nesting beyond this is refused before it can overflow the stack. */
  private static final int MAX_DEPTH = 1000;

  private final int[] tokens;
  private final int modulus;
  private int position;
  private int depth;

  BracketExpression(int[] tokens, int modulus) {
    this.tokens = tokens;
    this.modulus = modulus;
  }

  int value() {
    int value = expression();
    if (position != tokens.length - 1 || tokens[position] != modulus + 5) {
      throw malformed("one expression and the token " + (modulus + 5) + " (equals)");
    }
    return value;
  }

  private int expression() {
    int value = atom();
    while (position < tokens.length
        && tokens[position] >= modulus
        && isOperator(tokens[position])) {
      int operator = tokens[position++] - modulus;
      int other = atom();
      int result =
          switch (operator) {
            case 0 -> value + other;
            case 1 -> value - other;
            default -> value * other;
          };
      value = Math.floorMod(result, modulus);
    }
    return value;
  }

  private boolean isOperator(int token) {
    return token <= modulus + 2;
  }

  private int atom() {
    if (position >= tokens.length) {
      throw malformed("a digit, a minus or a left bracket at the end");
    }
    if (++depth > MAX_DEPTH) {
      throw malformed("at most " + MAX_DEPTH + " nested brackets");
    }
    int token = tokens[position++];
    int value;
    if (token == modulus + 1) {
      value = Math.floorMod(-atom(), modulus);
    } else if (token == modulus + 3) {
      value = expression();
      if (position >= tokens.length || tokens[position++] != modulus + 4) {
        throw malformed("a right bracket");
      }
    } else if (token >= 0 && token < modulus) {
      value = token;
    } else {
      throw malformed("a digit, a minus or a left bracket instead of token " + token);
    }
    depth--;
    return value;
  }

  private static IllegalArgumentException malformed(String expected) {
    return FormalLanguage.MODULAR_ARITHMETIC_BRACKETS.malformed(expected);
  }
}
