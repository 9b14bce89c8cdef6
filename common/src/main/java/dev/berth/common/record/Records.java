package dev.berth.common.record;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How a record is written: as JSON, in which an older reader passes over what it does not know.
 * Safe for any thread.
 */
public final class Records {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Records() {}

  public static byte[] write(Object record) {
    try {
      return MAPPER.writeValueAsBytes(record);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + record.getClass().getSimpleName(), e);
    }
  }

  public static <T> T read(byte[] bytes, Class<T> type) {
    ObjectReader reader = MAPPER.readerFor(type);
    try {
      return reader.readValue(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a damaged " + type.getSimpleName() + " in ZooKeeper", e);
    }
  }
}
