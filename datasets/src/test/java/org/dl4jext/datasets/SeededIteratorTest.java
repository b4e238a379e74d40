package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** What holds for each iterator of a seed. */
class SeededIteratorTest {

  private static final int BATCH = 4;

  /** Two batches of four, some options drawn anew for each. */
  static Stream<DataSetIterator> iterators() {
    return Stream.of(
        new ArrowIterator(
            ArrowGeometry.published(192), ArrowEncoding.tokens(24), BATCH, 2 * BATCH, 7),
        new ReasoningTaskIterator(
            new PointerHopping(4, 2), new ReasoningTaskIterator.Options(BATCH, 2, 1, 2, 3, 7)),
        new SequenceTaskIterator(
            GroupWordProblem.of("S3"),
            new SequenceTaskIterator.Options(BATCH, 2, 1, 5, 0, TokenEncoding.ONE_HOT, true, 7)));
  }

  private static List<DataSet> rest(DataSetIterator iterator) {
    List<DataSet> all = new ArrayList<>();
    iterator.forEachRemaining(all::add);
    return all;
  }

  @ParameterizedTest
  @MethodSource("iterators")
  void aResetBeginsAnew(DataSetIterator iterator) {
    List<DataSet> all = rest(iterator);
    assertEquals(List.of(BATCH, BATCH), all.stream().map(DataSet::numExamples).toList());
    assertThrows(NoSuchElementException.class, iterator::next);
    iterator.reset();
    assertEquals(all, rest(iterator));
  }

  @ParameterizedTest
  @MethodSource("iterators")
  void theLastBatchHoldsWhatIsLeft(DataSetIterator iterator) {
    assertEquals(2 * BATCH - 1, iterator.next(2 * BATCH - 1).numExamples());
    assertEquals(1, iterator.next().numExamples());
    assertFalse(iterator.hasNext());
  }

  /** Doubles the features. */
  private static final class Doubling implements DataSetPreProcessor {
    private static final long serialVersionUID = 1L;

    @Override
    public void preProcess(org.nd4j.linalg.dataset.api.DataSet set) {
      set.getFeatures().muli(2);
    }
  }

  @ParameterizedTest
  @MethodSource("iterators")
  void aSerialisedCopyBeginsAnewWithThePreProcessor(DataSetIterator iterator) {
    DataSet plain = iterator.next();
    iterator.reset();
    iterator.setPreProcessor(new Doubling());
    DataSet doubled = iterator.next();
    assertEquals(plain.getFeatures().mul(2), doubled.getFeatures());
    DataSetIterator copy = SerializationUtils.clone(iterator);
    assertEquals(doubled, copy.next());
    assertEquals(iterator.next(), copy.next());
  }
}
