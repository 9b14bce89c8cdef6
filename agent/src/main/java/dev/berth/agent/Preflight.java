package dev.berth.agent;

import dev.berth.agent.doctor.Doctor;
import dev.berth.agent.doctor.Finding;
import dev.berth.agent.doctor.Neighbourhood;
import dev.berth.agent.doctor.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a machine that is to join and that the doctor finds something at. */
public enum Preflight {
  /** One with a failure does not join; warnings are logged. */
  REQUIRED,
  /** Everything is logged, and it joins. */
  ADVISED,
  /** Nobody looks. */
  OFF;

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  /**
   * Looks at this machine.
   *
   * @throws IOException naming what is to be mended first, when it may not join
   */
  void look(Path engine, Join join) throws IOException {
    if (this == OFF) {
      return;
    }
    Neighbourhood near =
        new Neighbourhood(Optional.of(join.manager()), List.of(), List.of(), Optional.empty());
    List<Finding> findings =
        Doctor.of(new Doctor.Patient(Path.of("/"), engine, near)).examine().findings();
    for (Finding finding : findings) {
      if (finding.verdict() != Verdict.OK) {
        LOG.atWarn()
            .addKeyValue("check", finding.check())
            .addKeyValue("verdict", finding.verdict())
            .addKeyValue("mend", finding.mend())
            .log(finding.what());
      }
    }
    List<Finding> failures =
        findings.stream().filter(each -> each.verdict() == Verdict.FAILURE).toList();
    if (this == REQUIRED && !failures.isEmpty()) {
      throw new IOException(
          "this machine is not fit to be a host: "
              + failures.stream()
                  .map(each -> each.what() + " (" + each.mend() + ")")
                  .collect(Collectors.joining("; "))
              + ". 'berth host doctor' shows all; agent.preflight=advised joins all the same");
    }
  }
}
