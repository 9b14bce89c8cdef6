package dev.berth.manager.http;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.manager.audit.AuditStoppedException;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.audit.Trace;
import dev.berth.manager.cluster.ExecIndex;
import dev.berth.manager.cluster.HostUnreachableException;
import dev.berth.manager.cluster.ImageUnavailableException;
import dev.berth.manager.cluster.StaleEpochException;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.limit.Gatekeeper;
import dev.berth.manager.limit.LimitedException;
import dev.berth.manager.limit.Turn;
import dev.berth.manager.limit.Work;
import dev.berth.manager.ops.OpsApi;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.MalformedBodyException;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.PolicyDeniedException;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.TenantPolicy;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.NetworkResolution;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Where every client's request comes in: finds its route, its caller and its object, in that order,
 * and turns what goes wrong into the engine's form of an error.
 */
public final class Door implements HttpServer.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final OpsApi operations;
  private final List<Route> routes;
  private final Gatekeeper gate;
  private final AuditTrail trail;
  private final Subjects subjects;
  private final TenantPolicies policies;
  private final View view;
  private final ExecIndex execs;
  private final Supplier<ApiVersion> newest;

  Door(
      OpsApi operations,
      List<Route> routes,
      Gatekeeper gate,
      AuditTrail trail,
      TenantPolicies policies,
      View view,
      ExecIndex execs,
      Function<HostId, String> hostNames,
      Supplier<ApiVersion> newest) {
    this.operations = operations;
    this.routes = List.copyOf(routes);
    this.gate = gate;
    this.trail = trail;
    this.subjects = new Subjects(view, hostNames);
    this.policies = policies;
    this.view = view;
    this.execs = execs;
    this.newest = newest;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    String requestId = Long.toHexString(ThreadLocalRandom.current().nextLong());
    MDC.put("request", requestId);
    ApiVersion fleet = newest.get();
    Trace trace = trail.begin(exchange, requestId);
    boolean isWhole = false;
    try {
      if (!operations.handle(exchange, trace)) {
        serve(exchange, requestId, fleet, trace);
      }
      isWhole = true;
    } catch (LimitedException e) {
      fail(
          exchange,
          OpenCall.engineHeaders(fleet).with("Retry-After", e.retryAfterSeconds()),
          e.status(),
          e.getMessage());
    } catch (AuditStoppedException e) {
      fail(exchange, fleet, 503, e.getMessage());
    } catch (ApiException e) {
      fail(exchange, fleet, e.status(), e.getMessage());
    } catch (RefusedCallerException e) {
      fail(exchange, fleet, e.status(), e.getMessage());
    } catch (PolicyDeniedException e) {
      trace.denied(e.field());
      fail(exchange, fleet, e.status(), e.getMessage());
    } catch (MalformedBodyException e) {
      fail(exchange, fleet, e.status(), e.getMessage());
    } catch (Filters.InvalidFilterException | ImageName.InvalidImageNameException e) {
      fail(exchange, fleet, 400, e.getMessage());
    } catch (ImageException e) {
      fail(exchange, fleet, e.status(), e.getMessage());
    } catch (HostUnreachableException | StaleEpochException | ImageUnavailableException e) {
      LOG.atWarn().addKeyValue("target", exchange.request().target()).setCause(e).log("no answer");
      fail(exchange, fleet, 503, e.getMessage());
    } finally {
      trace.ended(isWhole);
      MDC.remove("request");
      MDC.remove("tenant");
    }
  }

  private void serve(Exchange exchange, String requestId, ApiVersion fleet, Trace trace)
      throws IOException {
    ApiPath path = ApiPath.parse(exchange.request().target());
    ApiVersion version = path.version().map(text -> admit(text, fleet)).orElse(fleet);
    Matched matched = find(exchange.request().method(), path);
    OpenCall call =
        new OpenCall(exchange, requestId, path, matched.values(), version, fleet, trace);
    Route route = matched.route();
    Subjects.named(route, call).ifPresent(trace::object);
    trace.action(route.action(), Actions.isChange(route));
    if (route.handling() instanceof Route.Open(Route.OpenHandler handler)) {
      handler.handle(call);
      return;
    }
    Caller caller = gate.identify(exchange);
    trace.caller(caller);
    MDC.put("tenant", caller.tenant().value());
    if (!caller.role().includes(route.role())) {
      throw new ApiException(
          403,
          "%s needs the role %s, and %s has the role %s in %s"
              .formatted(
                  route.action(),
                  route.role().name().toLowerCase(java.util.Locale.ROOT),
                  caller.user(),
                  caller.role().name().toLowerCase(java.util.Locale.ROOT),
                  caller.tenant()));
    }
    requireSwitchedOn(route, caller);
    Work work = Actions.work(route, call.query());
    try (Turn _ = gate.admit(caller, work);
        OpenStreams.Open _ = watch(exchange, caller, route, work)) {
      Call known = new Call(call, caller, gate.events(caller));
      subjects.lookAtResult(route, known);
      dispatch(route, known);
    }
  }

  private OpenStreams.Open watch(Exchange exchange, Caller caller, Route route, Work work) {
    return work == Work.STREAM
        ? gate.watch(exchange, caller, route.role())
        : OpenStreams.Open.UNWATCHED;
  }

  private void requireSwitchedOn(Route route, Caller caller) {
    if (caller.role() == Role.ADMIN) {
      return;
    }
    TenantPolicy policy = policies.of(caller.tenant());
    if (policy.deniedActions().contains(route.action())) {
      throw new ApiException(
          403,
          "%s is switched off for the tenant %s by the policy %s; ask an operator"
              .formatted(route.action(), caller.tenant(), policy.name()));
    }
  }

  private void dispatch(Route route, Call call) throws IOException {
    switch (route.handling()) {
      case Route.Open(Route.OpenHandler handler) -> handler.handle(call);
      case Route.OnTenant(Route.TenantHandler handler) -> handler.handle(call);
      case Route.OnContainer(Route.ContainerHandler handler) ->
          handler.handle(
              call, subjects.found(route, call, container(route, call, call.value("name"))));
      case Route.OnExec(Route.ExecHandler handler) -> {
        String id = call.value("id");
        Container container =
            execs
                .containerOf(id, view.in(call.tenant()))
                .orElseThrow(() -> new ApiException(404, "No such exec instance: " + id));
        handler.handle(call, subjects.found(route, call, container), id);
      }
      case Route.OnVolume(Route.VolumeHandler handler, Predicate<Call> absentIsDone) -> {
        String name = call.value("name");
        Optional<Volume> volume = view.in(call.tenant()).volume(name);
        if (volume.isPresent()) {
          handler.handle(call, subjects.found(call, volume.get()));
        } else if (absentIsDone.test(call)) {
          call.nothing(204);
        } else {
          throw new ApiException(404, "get %s: no such volume".formatted(name));
        }
      }
      case Route.OnNetwork(Route.NetworkHandler handler) ->
          handler.handle(call, subjects.found(call, network(call, call.value("name"))));
      case Route.Unserved(int status, String message) -> call.error(status, message);
    }
  }

  private Container container(Route route, Call call, String reference) {
    return switch (view.in(call.tenant()).resolve(reference)) {
      case Resolution.Found(Container container) -> container;
      case Resolution.NotFound _ ->
          throw route.action().equals("ContainerKill")
              ? ApiException.noContainerToKill(reference)
              : ApiException.noSuchContainer(reference);
      case Resolution.Ambiguous _ ->
          throw ApiException.badRequest("multiple IDs found with provided prefix: " + reference);
    };
  }

  private Network network(Call call, String reference) {
    return switch (view.in(call.tenant()).network(reference)) {
      case NetworkResolution.Found(Network network) -> network;
      case NetworkResolution.NotFound _ -> throw ApiException.noSuchNetwork(reference);
      case NetworkResolution.Ambiguous(int matches) ->
          throw ApiException.badRequest(
              "network %s is ambiguous (%d matches found based on ID prefix)"
                  .formatted(reference, matches));
    };
  }

  private static ApiVersion admit(String text, ApiVersion fleet) {
    ApiVersion asked = ApiVersion.parse(text);
    if (fleet.isBefore(asked)) {
      throw ApiException.badRequest(
          "client version %s is too new. Maximum supported API version is %s"
              .formatted(asked, fleet));
    }
    if (asked.isBefore(ApiVersion.OLDEST)) {
      throw ApiException.badRequest(
          ("client version %s is too old. Minimum supported API version is %s, "
                  + "please upgrade your client to a newer version")
              .formatted(asked, ApiVersion.OLDEST));
    }
    return asked;
  }

  private record Matched(Route route, PathValues values) {}

  private Matched find(String method, ApiPath path) {
    boolean known = false;
    for (Route route : routes) {
      Optional<PathValues> values = route.match(path.segments());
      if (values.isPresent()) {
        if (route.method().equals(method)) {
          return new Matched(route, values.get());
        }
        known = true;
      }
    }
    throw known && method.equals("OPTIONS")
        ? new ApiException(405, "method not allowed")
        : new ApiException(404, "page not found");
  }

  private static void fail(Exchange exchange, ApiVersion fleet, int status, String message)
      throws IOException {
    fail(exchange, OpenCall.engineHeaders(fleet), status, message);
  }

  private static void fail(Exchange exchange, Headers headers, int status, String message)
      throws IOException {
    if (exchange.isAnswered()) {
      throw new IOException("the answer was cut off: " + message);
    }
    byte[] body =
        (OpenCall.JSON.createObjectNode().put("message", message) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.respond(
        new ResponseHead(
            status, Reason.of(status), headers.with("Content-Type", "application/json")),
        body);
  }
}
