package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSeriesCsvTest {

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("my data.csv"), content, StandardCharsets.UTF_8);
  }

  private TimeSeries read(String content) throws IOException {
    return TimeSeriesCsv.read(file(content), TimeSeriesCsv.Columns.detected());
  }

  private static boolean says(TimeSeries series, String words) {
    return series.notices().stream().anyMatch(notice -> notice.contains(words));
  }

  @Test
  void missingValuesCarryTheLastValueForwardAndAreReported() throws IOException {
    TimeSeries series = read("date,x\n20200101,1.5\n20200102,\n20200103,NA\n20200104,4\n");
    assertArrayEquals(new double[] {1.5, 1.5, 1.5, 4}, series.values()[0]);
    assertArrayEquals(new boolean[] {true, false, false, true}, series.observed()[0]);
    assertTrue(says(series, "2 missing values of 'x'"), series.notices().toString());
  }

  @Test
  void rowsBeforeTheFirstValueAreDropped() throws IOException {
    TimeSeries series = read("date,x\n2020-01-01,\n2020-01-02,?\n2020-01-03,3\n2020-01-04,4\n");
    assertArrayEquals(new double[] {3, 4}, series.values()[0]);
    assertEquals("2020-01-03", series.time().label(0));
    assertTrue(says(series, "first 2 rows are dropped"), series.notices().toString());
  }

  @Test
  void theLastNumericColumnIsTheTargetAndTextIsPassedOver() throws IOException {
    TimeSeries series = read("date,rain,wind,sky\n2020-01-01,0,4,sun\n2020-01-02,1,5,fog\n");
    assertEquals(List.of("wind"), series.targets());
    assertTrue(says(series, "'wind'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "19580329,19580405,19580412!19580419!1 week",
        "2020-01-30,2020-01-31,2020-02-01!2020-02-02!1 day",
        "2020-01-31,2020-02-29,2020-03-31!2020-04-30!1 month",
        "2010-01-01T01:00:00,2010-01-01T02:00:00,2010-01-01T03:00:00!2010-01-01T04:00:00!1 hour",
        "2015/01/01 01:00:00,2015/01/01 04:00:00,2015/01/01 07:00:00!2015/1/1 10:00:00!3 hours",
        "Jan 1 2000,Feb 1 2000,Mar 1 2000!Apr 1 2000!1 month",
        "13.01.2020,14.01.2020,15.01.2020!16.1.2020!1 day",
        "1/11/2020,2/11/2020,3/11/2020!4/11/2020!1 month",
        "1/2/2020,2/2/2020,3/2/2020!4/2/2020!1 month",
        "2000-Q1,2000-Q2,2000-Q3!2000-Q4!3 months",
        "1700,1701,1702!1703!",
        "2001-11,2001-12,2002-01!2002-2!1 month",
        "Nov-2001,Dec-2001,Jan-2002!Feb-2002!1 month",
        "1749.0,1749.5,1750.0!1750.5!"
      })
  void datesAreRecognisedAndContinued(String dates, String next, String step) throws IOException {
    StringBuilder text = new StringBuilder("date;x\n");
    for (String date : dates.split(",", -1)) {
      text.append(date).append(";1\n");
    }
    TimeAxis time = read(text.toString()).time();
    assertEquals(next, time.labelAfter(1));
    if (step != null) {
      assertEquals(step, time.stepName());
      assertTrue(time.positionAfter(1) > time.position(2));
    }
  }

  @Test
  void irregularStepsAreReported() throws IOException {
    TimeSeries series =
        read("date,x\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n2020-01-06,4\n2020-01-07,5\n");
    assertEquals(1, series.time().irregularSteps());
    assertTrue(says(series, "1 of 4 steps"), series.notices().toString());
  }

  @Test
  void rowsInReverseAreSorted() throws IOException {
    TimeSeries series = read("date,x\n2020-01-03,3\n2020-01-02,2\n2020-01-01,1\n");
    assertArrayEquals(new double[] {1, 2, 3}, series.values()[0]);
    assertEquals("2020-01-01", series.time().label(0));
    assertTrue(says(series, "sorted"));
  }

  @Test
  void repeatedTimesAreReported() throws IOException {
    TimeSeries series = read("date,place,x\n2020-01-01,a,1\n2020-01-01,b,2\n2020-01-02,a,3\n");
    assertTrue(says(series, "repeat a time"), series.notices().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uFEFF\"a\",\"b\"\n\"1,000.5\",2\n\"2,000\",3\n",
        "a;b\n1000,5;2\n2000;3\n",
        "a\tb\r\n1000.5\t2\r\n\r\n2000\t3\r\n",
        "# made by hand\na|b\n1.0005e3|2\n2000|3\n"
      })
  void delimitersQuotesAndDecimalMarksAreDetected(String text) throws IOException {
    var columns = new TimeSeriesCsv.Columns(List.of("a", "b"), List.of(), null, null);
    TimeSeries series = TimeSeriesCsv.read(file(text), columns);
    assertArrayEquals(new double[] {1000.5, 2000}, series.values()[0]);
    assertArrayEquals(new double[] {2, 3}, series.values()[1]);
  }

  @Test
  void aGivenDelimiterWins() throws IOException {
    var columns = new TimeSeriesCsv.Columns(List.of("b"), List.of(), null, ':');
    assertArrayEquals(
        new double[] {2}, TimeSeriesCsv.read(file("a,a:b\n1,1:2\n"), columns).values()[0]);
  }

  @Test
  void targetsComeBeforeCovariates() throws IOException {
    var columns = new TimeSeriesCsv.Columns(List.of("c", "a"), List.of("b"), "t", null);
    TimeSeries series = TimeSeriesCsv.read(file("t,a,b,c\n1,2,3,4\n2,5,6,7\n"), columns);
    assertArrayEquals(new double[][] {{4, 7}, {2, 5}, {3, 6}}, series.values());
    assertEquals("t", series.time().name());
  }

  @Test
  void aTableWithoutTimesCountsItsRows() throws IOException {
    TimeSeries series = read("x\n5\n3\n4\n");
    assertEquals("4", series.time().labelAfter(1));
    assertTrue(says(series, "no column looks like a time"));
    assertFalse(series.time().isDates());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "date,x\\n2020-01-01,1\\n2020-01-02,1,2\\n!line 3: 3 cells",
        "date,x\\n2020-01-01,1\\n2020-01-02,2\\n2020-01-03,abc\\n!line 4, column 'x': 'abc'",
        "date,x\\n2020-01-01,1\\n2020-01-02,1e999\\n2020-01-03,1\\n!line 3, column 'x'",
        "a,a\\n1,2\\n!line 1, column 'a'",
        "a,b\\n!no rows",
        "a,b\\nx,y\\nz,w\\n!no column holds numbers",
        "date,x\\n2020-01-01,\\n2020-01-02,NA\\n!no column holds numbers",
        "a,b\\n\"1,2\\n!line 2"
      })
  void errorsNameFileLineAndColumn(String text, String expected) throws IOException {
    var error = assertThrows(CsvException.class, () -> read(text.replace("\\n", "\n")));
    assertTrue(error.getMessage().contains(expected), error.getMessage());
    assertTrue(error.getMessage().contains("my data.csv: "), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
  }

  @Test
  void binaryAndEmptyFilesAreRefused() throws IOException {
    assertThrows(CsvException.class, () -> read(""));
    assertThrows(CsvException.class, () -> read("\n\n"));
    assertThrows(CsvException.class, () -> read("PK\u0003\u0004\u0000\u0000"));
  }

  @Test
  void aBadTimeNamesItsLine() throws IOException {
    var columns = new TimeSeriesCsv.Columns(List.of("x"), List.of(), "d", null);
    Path file = file("d,x\n2020-01-01,1\n2020-01-02,2\n2020-13-03,3\n2020-01-04,4\n");
    var error = assertThrows(CsvException.class, () -> TimeSeriesCsv.read(file, columns));
    assertTrue(error.getMessage().contains("line 4, column 'd'"), error.getMessage());
  }

  @Test
  void unknownAndRepeatedColumnsAreRefused() throws IOException {
    Path file = file("a,b\n1,2\n");
    var unknown = new TimeSeriesCsv.Columns(List.of("z"), List.of(), null, null);
    var error = assertThrows(NoSuchColumnException.class, () -> TimeSeriesCsv.read(file, unknown));
    assertTrue(error.getMessage().contains("'z'; columns: a, b"), error.getMessage());
    var twice = new TimeSeriesCsv.Columns(List.of("a"), List.of("a"), null, null);
    assertThrows(IllegalArgumentException.class, () -> TimeSeriesCsv.read(file, twice));
  }
}
