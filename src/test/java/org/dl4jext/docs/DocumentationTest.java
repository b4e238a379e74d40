package org.dl4jext.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dl4jext.Repository;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.plstm.PlstmGridSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages say what is so: their Java runs, their links lead somewhere, their tables are right.
 */
class DocumentationTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(?:#[^)]*)?\\)");

  static List<Path> pages() throws IOException {
    Path root = Repository.root();
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    for (String name : List.of("README.md", "CONTRIBUTING.md")) {
      if (Files.exists(root.resolve(name))) {
        pages.add(root.resolve(name));
      }
    }
    return pages;
  }

  static List<Path> pagesWithJava() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path page : pages()) {
      if (!Snippets.blocks(page).isEmpty()) {
        pages.add(page);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pagesWithJava")
  void theJavaOfAPageRuns(Path page, @TempDir Path folder) throws Throwable {
    Snippets.compile(page, folder).run();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadToFiles(Path page) throws IOException {
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      String target = link.group(1);
      if (!target.contains("://")) {
        assertTrue(Files.exists(page.resolveSibling(target)), page + " links to " + target);
      }
    }
  }

  @Test
  void brokenJavaInAPageIsNoticed(@TempDir Path folder) throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), "```java\nint i = \"one\";\n```\n");
    AssertionError error = assertThrows(AssertionError.class, () -> Snippets.compile(page, folder));
    assertTrue(error.getMessage().contains("incompatible types"), error.getMessage());
  }

  @Test
  void failingJavaInAPageIsNoticed(@TempDir Path folder) throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("page.md"),
            "```java\nObject o = \"x\";\nInteger i = (Integer) o;\n```\n");
    Snippets snippets = Snippets.compile(page, folder);
    assertThrows(ClassCastException.class, snippets::run);
  }

  @Test
  void theOptionsOfDeltaProductAreThoseOfItsSpec() throws Exception {
    assertOptions(DeltaSpec.ofWidth(64, 2), "docs/delta-product.md");
  }

  @Test
  void theOptionsOfTheUniversalTransformerAreThoseOfItsSpec() throws Exception {
    assertOptions(UniversalSpec.ofHeads(4), "docs/universal-transformer.md");
  }

  /** Rows may hold several options; a page has one table for sequences and images. */
  @Test
  void theOptionsOfPlstmAreThoseOfItsSpecs() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (Record spec : List.of(PlstmSpec.of(4, 8), PlstmGridSpec.of(PlstmMode.P, 4, 8))) {
      for (RecordComponent option : spec.getClass().getRecordComponents()) {
        boolean given = Set.of("keySize", "valueSize").contains(option.getName());
        Object value = option.getAccessor().invoke(spec);
        expected.put(option.getName(), given ? "nOut / heads" : plain(String.valueOf(value)));
      }
    }
    Map<String, String> documented = new TreeMap<>();
    Pattern row = Pattern.compile("^\\| (`[^|]+) \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);
    String text = Files.readString(Repository.root().resolve("docs/plstm.md"));
    Matcher rows = row.matcher(text.substring(text.indexOf("## Options")));
    while (rows.find()) {
      String[] names = rows.group(1).replace("`", "").split(", ", -1);
      String[] values = rows.group(2).split(", ", -1);
      for (int i = 0; i < names.length; i++) {
        documented.put(names[i], plain(values[Math.min(i, values.length - 1)]));
      }
    }
    assertEquals(expected, documented);
  }

  /** A number as Java writes it. */
  private static String plain(String value) {
    return value.matches("-?[0-9].*") ? String.valueOf(Double.parseDouble(value)) : value;
  }

  private static void assertOptions(Record defaults, String page) throws Exception {
    List<String> expected = new ArrayList<>();
    for (RecordComponent option : defaults.getClass().getRecordComponents()) {
      expected.add(option.getName() + " = " + option.getAccessor().invoke(defaults));
    }
    Pattern row = Pattern.compile("^\\| `(\\w+)` \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);
    String text = Files.readString(Repository.root().resolve(page));
    List<String> documented =
        row.matcher(text).results().map(r -> r.group(1) + " = " + r.group(2)).toList();
    assertEquals(expected, documented);
  }
}
