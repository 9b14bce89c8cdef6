package dev.berth.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line for each event, with its key-values as fields beside {@code time}, {@code
 * level}, {@code logger}, {@code thread} and {@code message}. Logback's own encoder nests them in a
 * list, which log stores cannot search by name.
 */
final class JsonLine extends EncoderBase<ILoggingEvent> {
  private static final Set<String> OWN =
      Set.of("time", "level", "logger", "thread", "message", "exception");

  private final JsonFactory json = new JsonFactory();

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator out = json.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
      out.writeStringField("level", event.getLevel().toString());
      out.writeStringField("logger", event.getLoggerName());
      out.writeStringField("thread", event.getThreadName());
      out.writeStringField("message", event.getFormattedMessage());
      Set<String> names = new HashSet<>(OWN);
      for (KeyValuePair pair : pairs(event)) {
        String name = pair.key;
        while (!names.add(name)) {
          name += "_";
        }
        write(out, name, pair);
      }
      if (event.getThrowableProxy() != null) {
        out.writeStringField("exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toByteArray();
  }

  private static void write(JsonGenerator out, String name, KeyValuePair pair) throws IOException {
    switch (pair.value) {
      case Integer number -> out.writeNumberField(name, number);
      case Long number -> out.writeNumberField(name, number);
      case Boolean truth -> out.writeBooleanField(name, truth);
      case null, default -> out.writeStringField(name, Secrets.shown(pair.key, pair.value));
    }
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  static List<KeyValuePair> pairs(ILoggingEvent event) {
    return event.getKeyValuePairs() == null ? List.of() : new ArrayList<>(event.getKeyValuePairs());
  }
}
