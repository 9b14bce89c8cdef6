package dev.berth.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import dev.berth.common.config.Config;
import dev.berth.common.config.Settings;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up the log of a daemon. Commands that only talk to a manager never get here, and start
 * faster.
 */
public final class Logging {
  private static final long FILE_BYTES = 20L * 1024 * 1024;
  private static final int OLD_FILES = 5;

  private Logging() {}

  /**
   * Logs to the console (standard error), or to a file when there is none.
   *
   * @param isTerminal whether a person looks at the console
   * @param file JSON lines, rotated by size
   */
  public static void install(Config config, boolean isTerminal, Optional<Path> file) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new IllegalStateException("the log is not Logback's but " + factory);
    }
    context.reset();
    boolean isText =
        switch (config.get(Settings.LOG_FORMAT)) {
          case "text" -> true;
          case "json" -> false;
          default -> isTerminal;
        };
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(config.get(Settings.LOG_LEVEL)));
    root.addAppender(
        file.map(path -> file(context, path)).orElseGet(() -> console(context, isText)));
    // They tell of every connection and every packet.
    for (String chatty : new String[] {"org.apache.zookeeper", "org.apache.curator", "io.netty"}) {
      context.getLogger(chatty).setLevel(Level.WARN);
    }
  }

  /** For a command that uses what daemons use, and says itself what there is to say. */
  public static void silence() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }
  }

  private static OutputStreamAppender<ILoggingEvent> console(
      LoggerContext context, boolean isText) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    return started(
        context, console, isText ? new TextLine(ZoneId.systemDefault()) : new JsonLine());
  }

  private static OutputStreamAppender<ILoggingEvent> file(LoggerContext context, Path path) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(path.toString());
    FixedWindowRollingPolicy naming = new FixedWindowRollingPolicy();
    naming.setContext(context);
    naming.setParent(appender);
    naming.setFileNamePattern(path + ".%i");
    naming.setMinIndex(1);
    naming.setMaxIndex(OLD_FILES);
    naming.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES));
    size.start();
    appender.setRollingPolicy(naming);
    appender.setTriggeringPolicy(size);
    return started(context, appender, new JsonLine());
  }

  private static OutputStreamAppender<ILoggingEvent> started(
      LoggerContext context,
      OutputStreamAppender<ILoggingEvent> appender,
      Encoder<ILoggingEvent> encoder) {
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
