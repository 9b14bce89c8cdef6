package dev.berth.manager.tenant;

import java.util.ArrayList;
import java.util.List;

/** The page of the documentation that lists every field which policy knows. */
final class PolicyPage {
  private static final String HEAD =
      """
      # What a tenant may ask for

      Every field of a request's body that Berth knows. A field that is not here is refused, unless its value is the
      zero value, which is left out; so is a field that is written in other letters (an engine does not look at their
      case). What a refusal says names the field and the rule. Where the last column says so, an operator can open the
      field for a tenant, as in `berth policy set NAME --allow ContainerCreate:HostConfig.CapAdd=SYS_PTRACE`.
      This page is made from the tables in the code:
      `./mvnw -pl manager -am test -Dtest=PolicyPageTest -Dberth.write.policy.page=true -Dsurefire.failIfNoSpecifiedTests=false`.

      | call | field | a policy can open it |
      |---|---|---|
      """;

  private PolicyPage() {}

  /** The fields of all calls, each as {@code Call:Field}. */
  static List<String> fields() {
    List<String> fields = new ArrayList<>();
    add(fields, "ContainerCreate:", ContainerPolicy.BODY);
    add(fields, "ContainerCreate:HostConfig.", HostConfigTable.CREATE);
    add(fields, "ContainerCreate:HostConfig.LogConfig.", HostConfigTable.LOG_CONFIG);
    add(fields, "ContainerCreate:HostConfig.Mounts.", MountTables.MOUNT);
    add(fields, "ContainerCreate:HostConfig.Mounts.VolumeOptions.", MountTables.VOLUME_OPTIONS);
    add(fields, "ContainerCreate:NetworkingConfig.EndpointsConfig.", NetworkTables.ENDPOINT);
    add(fields, "ContainerExec:", ExecPolicy.BODY);
    add(fields, "ContainerUpdate:", HostConfigTable.UPDATE);
    add(fields, "NetworkConnect:EndpointConfig.", NetworkTables.ENDPOINT);
    add(fields, "NetworkCreate:", NetworkPolicy.CREATE);
    add(fields, "NetworkCreate:IPAM.", NetworkPolicy.IPAM);
    add(fields, "VolumeCreate:", VolumePolicy.BODY);
    return fields;
  }

  private static void add(List<String> fields, String prefix, FieldTable table) {
    table.names().forEach(name -> fields.add(prefix + name));
  }

  static String markdown() {
    StringBuilder page = new StringBuilder(HEAD);
    for (String field : fields()) {
      int colon = field.indexOf(':');
      page.append(
          "| %s | `%s` | %s |%n"
              .formatted(
                  field.substring(0, colon),
                  field.substring(colon + 1),
                  Widening.known().contains(field) ? "yes" : ""));
    }
    return page.toString();
  }
}
