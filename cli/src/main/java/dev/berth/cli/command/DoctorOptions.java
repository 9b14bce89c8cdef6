package dev.berth.cli.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.agent.Neighbours;
import dev.berth.agent.doctor.Doctor;
import dev.berth.agent.doctor.Finding;
import dev.berth.agent.doctor.Neighbourhood;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.logging.Logging;
import dev.berth.common.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the doctor is told, and how its findings are shown. */
final class DoctorOptions {
  /** Of an agent that came as a package, whose data are not where those of other commands are. */
  private static final Path PACKAGED = Path.of("/etc/berth/agent.yaml");

  @Option(
      names = "--engine",
      paramLabel = "SOCKET",
      defaultValue = "/var/run/docker.sock",
      description = "The engine's socket (default: /var/run/docker.sock).")
  private Path engine;

  @Option(
      names = "--manager",
      paramLabel = "HOST:PORT",
      description =
          "The manager's address for agents, to see whether it is reached (default: the one at which this host joined).")
  private String manager;

  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT",
      description =
          "A ZooKeeper's address, to see whether it is reached (default: those of the cluster that this host is in).")
  private String zookeeper;

  @Option(
      names = "--fix",
      description = "Mend sysctls, modules and permissions, and say what was done.")
  private boolean isFixing;

  @Mixin private OutputOptions output;
  @Mixin private ConfigOptions config;

  int examine(Surroundings surroundings) {
    Logging.silence();
    Doctor doctor =
        Doctor.of(new Doctor.Patient(Path.of("/"), engine.toAbsolutePath(), near(surroundings)));
    Doctor.Report report = isFixing ? doctor.mend() : doctor.examine();
    output.printList(surroundings, json(report), "findings", () -> printText(surroundings, report));
    return report.worst().exitCode();
  }

  /** What is not named is known by a host that has joined. */
  private Neighbourhood near(Surroundings surroundings) {
    Neighbourhood known = known(surroundings, config, PACKAGED);
    return new Neighbourhood(
        address(manager).or(known::manager),
        address(zookeeper).map(List::of).orElse(known.zookeepers()),
        known.agents(),
        manager == null ? known.tls() : Optional.empty());
  }

  static Neighbourhood known(Surroundings surroundings, ConfigOptions config, Path packaged) {
    Neighbourhood usual = of(surroundings, config.load(surroundings));
    return usual.equals(Neighbourhood.NONE)
            && !config.isSaid(surroundings)
            && Files.isReadable(packaged)
        ? of(surroundings, config.load(surroundings, packaged))
        : usual;
  }

  private static Neighbourhood of(Surroundings surroundings, Config config) {
    Path data = ConfigOptions.data(surroundings, config).resolve("agent");
    try {
      return Neighbours.of(data);
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure(
          "cannot read what the agent keeps in %s: %s".formatted(data, e.getMessage()), e);
    }
  }

  private static void printText(Surroundings surroundings, Doctor.Report report) {
    for (Finding finding : report.findings()) {
      surroundings.out().printf("%-8s %s: %s%n", word(finding), finding.check(), finding.what());
      if (!finding.mend().isEmpty()) {
        surroundings.out().printf("         %s%n", finding.mend());
      }
    }
    report.mended().forEach(done -> surroundings.out().printf("mended   %s%n", done));
  }

  private static ObjectNode json(Doctor.Report report) {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("worst", report.worst().name().toLowerCase(Locale.ROOT));
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("check", finding.check())
          .put("verdict", word(finding))
          .put("what", finding.what())
          .put("mend", finding.mend());
    }
    report.mended().forEach(json.putArray("mended")::add);
    return json;
  }

  private static String word(Finding finding) {
    return finding.verdict().name().toLowerCase(Locale.ROOT);
  }

  private static Optional<InetSocketAddress> address(String text) {
    if (text == null) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new CommandFailure("\"%s\" is not HOST:PORT".formatted(text));
    }
    return Optional.of(
        InetSocketAddress.createUnresolved(text.substring(0, colon), Integer.parseInt(port)));
  }
}
