package org.dl4jext.zoo.report;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.dl4jext.zoo.plot.Plot;

/**
 * One static HTML file about a run: configuration, metrics, plots, environment. It holds its images
 * and its style, and no script, so it can be mailed and archived.
 *
 * <p>The configuration stands first and the environment last; between them, sections stand in the
 * order in which they are added.
 */
public final class Report {

  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
             max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
      table { border-collapse: collapse; font-size: 0.9rem; }
      th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #ddd; }
      .number { text-align: right; font-variant-numeric: tabular-nums; }
      code { font-size: 0.9rem; overflow-wrap: anywhere; }
      figure { margin: 1rem 0; } img { max-width: 100%; height: auto; }
      """;

  private final String title;
  private final List<Section> configuration = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final List<Section> environment = new ArrayList<>();

  /** A part of the page. */
  @FunctionalInterface
  private interface Section {
    void write(XMLStreamWriter html) throws XMLStreamException;
  }

  /** A page with nothing but its title. */
  public Report(String title) {
    this.title = title;
  }

  /** Adds a heading and a paragraph. */
  public Report text(String heading, String paragraph) {
    return section(heading, html -> element(html, "p", paragraph));
  }

  /** Says how the run was started, and with what. */
  public Report configuration(String command, Map<String, ?> options) {
    configuration.add(html -> element(html, "h2", "Configuration"));
    configuration.add(
        html -> {
          html.writeStartElement("p");
          element(html, "code", command);
          html.writeEndElement();
        });
    configuration.add(html -> values(html, options));
    return this;
  }

  /** Says what the run ran on. */
  public Report environment(Map<String, ?> findings) {
    environment.add(html -> element(html, "h2", "Environment"));
    environment.add(html -> values(html, findings));
    return this;
  }

  private static void values(XMLStreamWriter html, Map<String, ?> values)
      throws XMLStreamException {
    html.writeStartElement("table");
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      html.writeStartElement("tr");
      element(html, "th", entry.getKey());
      element(html, "td", String.valueOf(entry.getValue()));
      html.writeEndElement();
    }
    html.writeEndElement();
  }

  /**
   * Adds a heading and a table.
   *
   * @param rows of as many cells, the first is the header
   */
  public Report table(String heading, List<? extends List<?>> rows) {
    return section(
        heading,
        html -> {
          html.writeStartElement("table");
          for (int r = 0; r < rows.size(); r++) {
            html.writeStartElement("tr");
            for (int c = 0; c < rows.get(r).size(); c++) {
              html.writeStartElement(r == 0 ? "th" : "td");
              if (isNumeric(rows, c)) {
                html.writeAttribute("class", "number");
              }
              html.writeCharacters(String.valueOf(rows.get(r).get(c)));
              html.writeEndElement();
            }
            html.writeEndElement();
          }
          html.writeEndElement();
        });
  }

  /** Adds an image. */
  public Report plot(Plot plot) {
    String data = "data:image/png;base64," + Base64.getEncoder().encodeToString(plot.png());
    sections.add(
        html -> {
          html.writeStartElement("figure");
          html.writeEmptyElement("img");
          html.writeAttribute("alt", plot.title());
          html.writeAttribute("src", data);
          html.writeEndElement();
        });
    return this;
  }

  private Report section(String heading, Section content) {
    sections.add(
        html -> {
          element(html, "h2", heading);
          content.write(html);
        });
    return this;
  }

  private static boolean isNumeric(List<? extends List<?>> rows, int column) {
    return rows.size() > 1
        && rows.stream()
            .skip(1)
            .map(row -> String.valueOf(row.get(column)))
            .allMatch(cell -> cell.equals("-") || cell.matches("[-+]?[0-9].*"));
  }

  private static void element(XMLStreamWriter html, String name, String text)
      throws XMLStreamException {
    html.writeStartElement(name);
    html.writeCharacters(text);
    html.writeEndElement();
  }

  /** The page. */
  public String html() {
    StringWriter text = new StringWriter();
    try {
      write(text);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write the report '" + title + "'", e);
    }
    return text.toString();
  }

  private void write(Writer text) throws XMLStreamException {
    XMLStreamWriter html = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    html.writeDTD("<!DOCTYPE html>\n");
    html.writeStartElement("html");
    html.writeAttribute("lang", "en");
    html.writeStartElement("head");
    html.writeEmptyElement("meta");
    html.writeAttribute("charset", "utf-8");
    html.writeEmptyElement("meta");
    html.writeAttribute("name", "viewport");
    html.writeAttribute("content", "width=device-width");
    element(html, "title", title);
    element(html, "style", STYLE);
    html.writeEndElement();
    html.writeStartElement("body");
    element(html, "h1", title);
    for (List<Section> part : List.of(configuration, sections, environment)) {
      for (Section section : part) {
        section.write(html);
      }
    }
    html.writeEndElement();
    html.writeEndElement();
    html.flush();
  }

  /** Writes the page as UTF-8. */
  public void write(Path file) throws IOException {
    Files.writeString(file, html(), StandardCharsets.UTF_8);
  }
}
