package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.datasets.ArrowGeometry;

/** The geometry of arrow-pointing pictures from uniform numbers. */
final class ArrowGeometryRunner implements OpRunner {

  @Override
  public Set<String> ops() {
    return Set.of("arrow_geometry");
  }

  @Override
  public boolean hasExecutions() {
    return false;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    List<Double> size = config.numbers("image_size", 2);
    ArrowGeometry geometry =
        new ArrowGeometry(
            size.get(0),
            size.get(1),
            config.number("boundary_padding"),
            config.number("min_radius"),
            config.number("max_radius"),
            config.number("min_dist_x_factor"),
            config.number("min_dist_y_factor"),
            config.number("intersection_factor"),
            config.number("intersection_ratio"),
            config.number("arrow_length_min"),
            config.number("arrow_length_max"),
            config.number("arrow_width_min"),
            config.number("arrow_width_max"));
    config.info("n_samples", "seed").requireAllRead();
    c.requireArrays(Set.of("u"), Set.of("sample"));
    GoldenArray u = c.inputOfRank(2, "u");
    c.input("u", u.size(0), ArrowGeometry.UNIFORMS);
    return List.of(new TaskWay(() -> Map.of("sample", samples(geometry, u))));
  }

  private static GoldenArray samples(ArrowGeometry geometry, GoldenArray u) {
    int count = Math.toIntExact(u.size(0));
    double[] all = new double[count * ArrowGeometry.UNIFORMS];
    double[] numbers = new double[ArrowGeometry.UNIFORMS];
    for (int i = 0; i < count; i++) {
      System.arraycopy(u.values(), i * numbers.length, numbers, 0, numbers.length);
      ArrowGeometry.Arrow a = geometry.wholePixels(numbers);
      double[] sample = {
        a.pointing() ? 1 : 0,
        a.length(),
        a.line(),
        a.arrowX(),
        a.arrowY(),
        a.direction(),
        a.circleX(),
        a.circleY(),
        a.radius()
      };
      System.arraycopy(sample, 0, all, i * sample.length, sample.length);
    }
    return GoldenArray.real(all, count, ArrowGeometry.UNIFORMS);
  }
}
