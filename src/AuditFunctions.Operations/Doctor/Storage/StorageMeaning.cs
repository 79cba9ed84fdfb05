using System.Net.Sockets;
using AuditFunctions.Operations.Doctor.Findings;
using Azure;
using Azure.Identity;

namespace AuditFunctions.Operations.Doctor.Storage;

/// <summary>
/// What a failure of storage means, and how to fix it. Codes are those of "Common REST API error codes" of Azure Storage (learn.microsoft.com, read 2026-11-21).
/// Nothing of a request is shown: it could hold a signature.
/// </summary>
internal static class StorageMeaning
{
    /// <summary>Whether what was asked for is missing, and the service works.</summary>
    public static bool IsMissing(RequestFailedException exception) => exception is { Status: 404, ErrorCode: "TableNotFound" or "QueueNotFound" or "ContainerNotFound" };

    /// <summary>What a failure means.</summary>
    /// <param name="service">Which service failed.</param>
    /// <param name="doing">What it was asked for: reading or writing.</param>
    /// <param name="access">How it is reached.</param>
    /// <param name="exception">The failure.</param>
    public static Finding Of(StorageService service, string doing, StorageAccess access, Exception exception) => exception switch
    {
        AggregateException many => Of(service, doing, access, many.InnerExceptions[^1]),
        AuthenticationFailedException => Finding.Problem(service.Where, "no Azure identity could sign in", "Sign in, or give the app its managed identity.", "az login"),
        RequestFailedException { Status: 0 } failed => OfSilence(service, access, failed),
        RequestFailedException { Status: 401 or 403 } refused => OfRefusal(service, doing, access, refused),
        RequestFailedException failed when IsMissing(failed) => Finding.Problem(service.Where, $"{doing}: {failed.ErrorCode}"),
        RequestFailedException { Status: 429 or >= 500 } busy => Finding.Problem(service.Where, $"{doing}: answered {Code(busy)}", "Storage is busy or has trouble of its own: run this again, and look at https://status.azure.com should it stay."),
        RequestFailedException failed => Finding.Problem(service.Where, $"{doing}: answered {Code(failed)}", $"Check that the address is that of the account's {service.Word} service."),
        _ => Finding.Problem(service.Where, $"{doing}: no answer"),
    };

    private static Finding OfRefusal(StorageService service, string doing, StorageAccess access, RequestFailedException refused)
    {
        var what = $"{doing} is refused: {Code(refused)}";
        return (refused.ErrorCode, access.Proof) switch
        {
            ("AuthorizationPermissionMismatch", StorageProof.Entra) => Finding.Problem(
                service.Where,
                what,
                $"Give {access.Caller?.ToString() ?? "the identity"} the role '{service.Role}' on account '{access.Account}'. A new role takes some minutes to hold.",
                AzureCommands.GiveRole(service.Role, access.Caller, AzureCommands.IdOfAccount(access.Account))),
            ("AuthorizationPermissionMismatch" or "AuthorizationServiceMismatch" or "AuthorizationResourceTypeMismatch" or "AuthorizationSourceIPMismatch" or "AuthorizationProtocolMismatch", _) =>
                Finding.Problem(service.Where, what, $"The shared access signature does not permit it: make one for tables, queues and blobs with all permissions, or use an identity: {Entra(access)}."),
            ("AuthorizationFailure", _) => Finding.Problem(
                service.Where,
                what,
                "The account's network rules keep this machine out, or its public access is off: run where the account's private endpoints are, or let this machine's public address in.",
                $"az storage account network-rule add --account-name {access.Account} --ip-address <public address>"),
            ("KeyBasedAuthenticationNotPermitted", _) => Finding.Problem(
                service.Where, what, "The account takes no keys: use an identity, and no connection string.", $"unset AzureWebJobsStorage; export {Entra(access)}"),
            ("InvalidAuthenticationInfo" or "NoAuthenticationInformation", StorageProof.Entra) => Finding.Problem(
                service.Where, what, "The token is of another tenant than the account, or has expired: sign in to the account's tenant.", "az login --tenant <tenant id>"),
            ("AuthenticationFailed" or "InvalidAuthenticationInfo", StorageProof.Entra) => Finding.Problem(
                service.Where, what, "The token is not taken: sign in again, and see what is said of the clock.", "az login"),
            ("AuthenticationFailed" or "AuthorizationFailed" or "InvalidAuthenticationInfo", _) => Finding.Problem(
                service.Where,
                what,
                "The key or signature in the connection string is wrong or has expired, or this machine's clock is more than 15 minutes off: see what is said of the clock, and read the connection string anew.",
                $"az storage account show-connection-string --name {access.Account}"),
            ("AccountIsDisabled", _) => Finding.Problem(service.Where, what, "The account is disabled, as those of a subscription that is not paid for are: look at the subscription.", "az account list --output table"),
            (null, _) => Finding.Problem(service.Where, what, "The answer has no code of storage's: a proxy or firewall on the way gave it. Let this machine through to the account."),
            _ => Finding.Problem(service.Where, what, $"Look up {refused.ErrorCode} among the error codes of Azure Storage."),
        };
    }

    private static Finding OfSilence(StorageService service, StorageAccess access, RequestFailedException failed)
    {
        if (service.Uri.IsLoopback)
        {
            return Finding.Problem(service.Where, "nobody answers on this machine", "Start Azurite, or name another account with --storage or the setting AzureWebJobsStorage.", "npx azurite");
        }

        for (Exception? cause = failed; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } or SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
            {
                return Finding.Problem(
                    service.Where,
                    $"the name {service.Uri.Host} is not known",
                    $"Check the account's name in AzureWebJobsStorage__accountName (or {service.Word}ServiceUri); with private endpoints, run where the zone privatelink.{service.Word}.core.windows.net is linked.",
                    "az storage account list --query \"[].name\" --output tsv");
            }

            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            {
                return Finding.Problem(service.Where, "no secure connection: the certificate is not trusted, or TLS 1.2 is not spoken", "A proxy that opens connections must be left out for this host, or its authority trusted.");
            }
        }

        return Finding.Problem(
            service.Where, "does not answer", $"A firewall on the way, or an account '{access.Account}' with private endpoints only: let this machine out on port {service.Uri.Port}, or run inside the account's network.");
    }

    private static string Entra(StorageAccess access) => $"AzureWebJobsStorage__accountName={access.Account}";

    private static string Code(RequestFailedException exception) => exception.ErrorCode is { Length: > 0 } code ? $"{exception.Status} {code}" : $"{exception.Status}";
}
