package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a tenant may ask of a command in a container of its own. */
public final class ExecPolicy {
  static final FieldTable BODY =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("User", Rules.TEXT),
              field("Privileged", Rules.zero("a privileged command owns its host")),
              field("Tty", Rules.FLAG),
              field("ConsoleSize", Rules.each(Rules.COUNT)),
              field("AttachStdin", Rules.FLAG),
              field("AttachStderr", Rules.FLAG),
              field("AttachStdout", Rules.FLAG),
              field("Detach", Rules.FLAG),
              field("DetachKeys", Rules.TEXT),
              field("Env", Rules.TEXTS),
              field("WorkingDir", Rules.TEXT),
              field("Cmd", Rules.COMMAND),
              // docker-java repeats the path here.
              field("containerId", Rules.IGNORED)));

  private ExecPolicy() {}

  /**
   * What of this body (Engine API, ContainerExec) goes to an engine.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have
   * @throws MalformedBodyException when a field is not of its type
   */
  public static ObjectNode admit(ObjectNode asked, TenantPolicy policy) {
    return BODY.apply(asked, Place.top(Admission.alone("ContainerExec", policy)));
  }
}
