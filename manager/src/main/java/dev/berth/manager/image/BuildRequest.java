package dev.berth.manager.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.view.ImageName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A build that policy has admitted.
 *
 * @param dockerfile its name in the context
 * @param names the tags that the image gets
 * @param arguments the build arguments; empty for one that is only named
 * @param target the stage to build; empty for the last
 * @param cache where steps may be taken from
 * @param isPulling whether base images are to be pulled although the tenant has them
 * @param isQuiet whether only the id is wanted
 * @param isForcedToRemove whether the client asks that a failed build's containers are removed
 * @param platform empty for the engine's own
 * @param body as of a container: what a build needs of its host
 * @param network the network of its containers; empty for the tenant's default one
 * @param options further parameters as they go to the engine
 */
public record BuildRequest(
    TenantId tenant,
    String dockerfile,
    List<ImageName> names,
    Map<String, Optional<String>> arguments,
    String target,
    BuildCache.Wanted cache,
    boolean isPulling,
    boolean isQuiet,
    boolean isForcedToRemove,
    String platform,
    RegistryCredentials credentials,
    ObjectNode body,
    PlacementHints hints,
    Set<HostId> boundTo,
    Optional<String> network,
    Map<String, List<String>> options) {}
