package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a tenant may ask of a new volume (Engine API, VolumeCreate). */
public final class VolumePolicy {

  /**
   * A create call that may go on.
   *
   * @param name empty for one of our choice
   * @param driver as it was asked for, empty for the default
   */
  public record Admitted(String name, String driver, Map<String, String> labels) {
    public Admitted {
      labels = Map.copyOf(labels);
    }
  }

  static final FieldTable BODY =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Name", Rules.TEXT),
              field("Driver", Rules.TEXT),
              field(
                  "DriverOpts",
                  Rules.zero("options of a volume driver can mount what is the host's")),
              field("Labels", LabelRules.PLAIN),
              field("ClusterVolumeSpec", Rules.zero("there are no cluster volumes"))));

  private VolumePolicy() {}

  /**
   * What of this body goes on.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have
   * @throws MalformedBodyException when a field is not of its type
   */
  public static Admitted admit(ObjectNode asked) {
    ObjectNode body =
        BODY.apply(asked, Place.top(Admission.alone("VolumeCreate", TenantPolicy.DEFAULT)));
    Map<String, String> labels = new HashMap<>();
    body.path("Labels").properties().forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
    return new Admitted(body.path("Name").asText(""), body.path("Driver").asText(""), labels);
  }
}
