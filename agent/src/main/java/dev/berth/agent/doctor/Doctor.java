package dev.berth.agent.doctor;

import dev.berth.agent.monitor.FileSystem;
import dev.berth.agent.monitor.HostFiles;
import dev.berth.agent.monitor.MonitorLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Examines a machine. It runs on the machine itself, and needs no manager. */
public final class Doctor {

  /**
   * What is examined.
   *
   * @param root the directory that stands for {@code /}
   * @param engine the engine's socket
   * @param near whom it has to reach
   */
  public record Patient(Path root, Path engine, Neighbourhood near) {}

  /**
   * What came of it.
   *
   * @param mended what was changed, a sentence each
   */
  public record Report(List<Finding> findings, List<String> mended) {
    public Report {
      findings = List.copyOf(findings);
      mended = List.copyOf(mended);
    }

    public Verdict worst() {
      return findings.stream()
          .map(Finding::verdict)
          .max(Comparator.naturalOrder())
          .orElse(Verdict.OK);
    }
  }

  private final List<Check> checks;

  private Doctor(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** One for this patient, whose engine is asked now. */
  public static Doctor of(Patient patient) {
    return of(patient, EngineFacts.ask(patient.engine()));
  }

  static Doctor of(Patient patient, Optional<EngineFacts> engine) {
    HostFiles files = new HostFiles(patient.root());
    List<Check> checks = new ArrayList<>();
    checks.add(new EngineCheck(patient.engine(), engine));
    checks.add(new BootCheck(files));
    checks.add(new SocketCheck(patient.engine()));
    checks.add(new GroupCheck(files));
    engine.ifPresent(facts -> addOfEngine(checks, files, facts));
    checks.add(
        new SysctlCheck(
            files,
            "net.ipv4.ip_forward",
            "containers reach nobody outside the host",
            Verdict.FAILURE,
            "Use a kernel with IPv4."));
    checks.add(
        new SysctlCheck(
            files,
            "net.bridge.bridge-nf-call-iptables",
            "rules between containers on one bridge do not hold",
            Verdict.WARNING,
            "Run: modprobe br_netfilter"));
    checks.add(new CgroupCheck(files));
    checks.add(new NamespaceCheck(files));
    checks.add(new ModuleCheck(files, "vxlan", "networks over several hosts need it"));
    checks.add(new MtuCheck(files));
    checks.add(new FileLimitCheck(files));
    addOfCluster(checks, patient.near());
    return new Doctor(checks);
  }

  private static void addOfCluster(List<Check> checks, Neighbourhood near) {
    if (near.manager().isEmpty()) {
      checks.add(
          () ->
              Finding.ok(
                  "cluster",
                  "no manager was looked for, as none is known here: name one with --manager, or"
                      + " the configuration of this host's agent with --config"));
    }
    near.manager()
        .ifPresent(
            address -> {
              checks.add(new PortCheck("manager", address));
              checks.add(new ClockCheck(address, near.tls(), InstantSource.system()));
            });
    near.zookeepers().forEach(address -> checks.add(new PortCheck("zookeeper", address)));
    near.agents().forEach(address -> checks.add(new PortCheck("agent", address)));
  }

  private static void addOfEngine(List<Check> checks, HostFiles files, EngineFacts engine) {
    String dataRoot = engine.info().path("DockerRootDir").asText("/var/lib/docker");
    checks.add(new StorageCheck(engine));
    checks.add(new SwapCheck(engine));
    checks.add(new SeccompCheck(engine));
    checks.add(new DataRootCheck(files, dataRoot));
    FileSystem.of(Path.of(dataRoot))
        .ifPresent(disk -> checks.add(new SpaceCheck(disk, MonitorLimits.DEFAULT.disk())));
  }

  /** Looks, and changes nothing. */
  public Report examine() {
    return new Report(checks.stream().map(Check::look).toList(), List.of());
  }

  /** Looks, mends sysctls, modules and permissions that are not well, and looks again at those. */
  public Report mend() {
    List<Finding> findings = new ArrayList<>();
    List<String> mended = new ArrayList<>();
    for (Check check : checks) {
      Finding finding = check.look();
      if (finding.verdict() != Verdict.OK) {
        try {
          Optional<String> done = check.mend();
          if (done.isPresent()) {
            mended.add(done.get());
            finding = check.look();
          }
        } catch (IOException e) {
          mended.add("could not mend %s: %s".formatted(finding.check(), e.getMessage()));
        }
      }
      findings.add(finding);
    }
    return new Report(findings, mended);
  }
}
