package dev.berth.manager.dashboard;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page, from this program itself. */
final class Page {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /**
   * Nothing comes from elsewhere, nothing is run or styled that stands in the page itself, and no
   * other site shows it in a frame (Content Security Policy Level 3).
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  /** One of them. */
  static final class File {
    private final Headers headers;
    private final byte[] bytes;

    private File(Headers headers, byte[] bytes) {
      this.headers = headers;
      this.bytes = bytes;
    }

    void answer(Exchange exchange) throws IOException {
      exchange.respond(new ResponseHead(200, "OK", headers), bytes);
    }
  }

  private final Map<String, File> files = new LinkedHashMap<>();

  Page() {
    for (String name :
        new String[] {
          "index.html",
          "style.css",
          "icon.svg",
          "app.js",
          "api.js",
          "dom.js",
          "chart.js",
          "operator.js",
          "tenant.js"
        }) {
      files.put(name, read(name));
    }
  }

  private static File read(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the dashboard's file " + name + " is not in the program");
      }
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new File(safe("Content-Type", type), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Headers of every answer that a browser may show. */
  static Headers safe(String name, String value) {
    return Headers.of(name, value)
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Cache-Control", "no-cache");
  }

  /** A file by its name; the empty name is the page itself. */
  Optional<File> find(String name) {
    return Optional.ofNullable(files.get(name.isEmpty() ? "index.html" : name));
  }
}
