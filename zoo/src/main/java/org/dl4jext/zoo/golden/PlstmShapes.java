package org.dl4jext.zoo.golden;

import java.util.stream.LongStream;

/**
 * The shapes that the arrays of a pLSTM recurrence must have.
 *
 * @param positions leading axes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PlstmShapes(
    long[] positions, long dk, long dv, long jt, long jk, long jv, long jo, long jq) {

  static PlstmShapes of(GoldenCase c, int leading, String source, String mark) {
    GoldenArray q = c.inputOfRank(leading + 2, "Q");
    GoldenArray v = c.inputOfRank(leading + 2, "V");
    GoldenArray s = c.inputOfRank(leading + 3, source);
    GoldenArray m = c.inputOfRank(leading + 3, mark);
    return new PlstmShapes(
        LongStream.of(q.shape()).limit(leading).toArray(),
        q.size(leading),
        v.size(leading),
        s.size(leading),
        s.size(leading + 1),
        s.size(leading + 2),
        m.size(leading),
        m.size(leading + 1));
  }

  void require(GoldenCase c, String name, boolean optional) {
    long[] rest =
        switch (name.charAt(0)) {
          case 'Q' -> new long[] {dk, jq};
          case 'K' -> new long[] {dk, jk};
          case 'V' -> new long[] {dv, jv};
          case 'S' -> new long[] {jt, jk, jv};
          case 'T' -> new long[] {jt, jt};
          case 'M' -> new long[] {jo, jq, jt};
          case 'D' -> new long[] {jo, jq, jk, jv};
          default -> new long[] {dk, dv, jt};
        };
    LongStream leading = name.equals("C0") ? LongStream.of(positions[0]) : LongStream.of(positions);
    long[] shape = LongStream.concat(leading, LongStream.of(rest)).toArray();
    if (optional) {
      c.optionalInput(name, shape);
    } else {
      c.input(name, shape);
    }
  }
}
