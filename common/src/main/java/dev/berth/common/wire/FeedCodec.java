package dev.berth.common.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes and reads {@link FeedMessage}s, a line each. Safe for any thread. */
public final class FeedCodec {
  private final ObjectWriter writer;
  private final ObjectReader reader;

  public FeedCodec() {
    JsonMapper mapper =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();
    writer = mapper.writerFor(FeedMessage.class).withRootValueSeparator("\n");
    reader = mapper.readerFor(FeedMessage.class);
  }

  /** Writes one line, and does not flush. */
  public void write(FeedMessage message, OutputStream out) throws IOException {
    out.write(writer.writeValueAsBytes(message));
    out.write('\n');
  }

  /** The messages of a feed, each when it has arrived; a failure of the stream is thrown by it. */
  public MappingIterator<FeedMessage> read(InputStream in) throws IOException {
    return reader.readValues(in);
  }
}
