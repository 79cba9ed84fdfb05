using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>Sends an <see cref="Answer"/>, or what a <see cref="Fault"/> makes of it.</summary>
internal static class FaultyResponse
{
    /// <summary>True when the fault replaces the answer, so that none needs to be computed.</summary>
    public static bool Replaces(Fault? fault) => fault is Fault.Status or Fault.Throttled or Fault.Reset or Fault.Hang or Fault.HtmlPage
        or Fault.GzipBomb or Fault.RefusedCredential or Fault.Redirect;

    /// <summary>Sends what a replacing fault says.</summary>
    public static async Task SendAsync(HttpContext http, Fault fault, TimeProvider time)
    {
        switch (fault)
        {
            case Fault.Reset:
                http.Abort();
                return;
            case Fault.Hang:
                // Until the client leaves, or the server is stopped, which aborts the request.
                await Task.Delay(Timeout.InfiniteTimeSpan, time, http.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                http.Abort();
                return;
            case Fault.GzipBomb bomb:
                await GzipBombBody.SendAsync(http, bomb.DecompressedBytes);
                return;
            default:
                using (var answer = AnswerOf(fault, time))
                {
                    await SendAsync(http, answer);
                }

                return;
        }
    }

    /// <summary>Sends an answer after a fault that keeps it, if any, had its way.</summary>
    public static async Task SendAsync(HttpContext http, Answer answer, Fault? fault, TimeProvider time)
    {
        var whole = answer.Body.Written;
        var half = whole[..(whole.Length / 2)];
        switch (fault)
        {
            case Fault.AnswerLost:
                http.Abort();
                return;
            case Fault.ResetMidBody:
                Start(http, answer, length: null);
                await http.Response.Body.WriteAsync(half, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                http.Abort();
                return;
            case Fault.Truncated truncated:
                Start(http, answer, truncated.LengthOfWhole ? whole.Length : half.Length);
                await http.Response.Body.WriteAsync(half, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                if (truncated.LengthOfWhole)
                {
                    http.Abort();
                }

                return;
            case Fault.MalformedJson:
                Start(http, answer, half.Length + 3);
                await http.Response.Body.WriteAsync(half, http.RequestAborted);
                await http.Response.Body.WriteAsync("\u0001}]"u8.ToArray(), http.RequestAborted);
                return;
            case Fault.SlowBody slow:
                await SendSlowlyAsync(http, answer, slow, time);
                return;
            case Fault.WrongContentType wrong:
                await SendAsync(http, answer, wrong.ContentType);
                return;
            default:
                await SendAsync(http, answer);
                return;
        }
    }

    private static async Task SendAsync(HttpContext http, Answer answer, string? contentType = null)
    {
        Start(http, answer, answer.Body.Length);
        http.Response.ContentType = contentType ?? answer.ContentType;
        if (answer.Body.Length > 0)
        {
            // Even an empty write is an error where a status takes no content, and closes the connection under the client's next request.
            await http.Response.Body.WriteAsync(answer.Body.Written, http.RequestAborted);
        }
    }

    private static async Task SendSlowlyAsync(HttpContext http, Answer answer, Fault.SlowBody slow, TimeProvider time)
    {
        var body = answer.Body.Written;
        Start(http, answer, body.Length);
        for (var piece = 0; piece < slow.Pieces; piece++)
        {
            await Task.Delay(slow.Pause, time, http.RequestAborted);
            var from = (int)((long)body.Length * piece / slow.Pieces);
            var to = (int)((long)body.Length * (piece + 1) / slow.Pieces);
            await http.Response.Body.WriteAsync(body[from..to], http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static void Start(HttpContext http, Answer answer, int? length)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = length;
        foreach (var header in answer.Headers)
        {
            http.Response.Headers.Append(header.Key, header.Value);
        }
    }

    private static Answer AnswerOf(Fault fault, TimeProvider time) => fault switch
    {
        Fault.Status f => f.RetryAfter is null ? Answer.Of(f.Code, f.Body ?? "{\"error\":\"fault\"}")
            : Answer.Of(f.Code, f.Body ?? "{\"error\":\"fault\"}").With("Retry-After", f.RetryAfter),
        Fault.Throttled f => Throttled(f, time.GetUtcNow()),
        Fault.HtmlPage => Answer.Of(200, "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>", "text/html; charset=utf-8"),
        Fault.RefusedCredential f => Answer.Of(f.Code, "{\"error\":\"credential refused\"}"),
        Fault.Redirect f => Answer.Of(f.Code, "").With("Location", f.Target.AbsoluteUri),
        _ => throw new UnreachableException(),
    };

    private static Answer Throttled(Fault.Throttled fault, DateTimeOffset now)
    {
        var answer = Answer.Of(fault.Code, "{\"error\":\"too many requests\"}");
        return fault.Signal switch
        {
            ThrottleSignal.RetryAfterSeconds => answer.With("Retry-After", Seconds(fault.Wait.TotalSeconds)),
            ThrottleSignal.RetryAfterDate => answer.With("Retry-After", (now + fault.Wait).ToString("R", CultureInfo.InvariantCulture)),
            ThrottleSignal.ResetEpoch => answer.With("X-Rate-Limit-Limit", "60").With("X-Rate-Limit-Remaining", "0")
                .With("X-Rate-Limit-Reset", Seconds((now + fault.Wait).ToUnixTimeMilliseconds() / 1000.0)),
            ThrottleSignal.None => answer,
            _ => throw new UnreachableException(),
        };
    }

    private static string Seconds(double seconds) => Math.Ceiling(seconds).ToString("F0", CultureInfo.InvariantCulture);
}
