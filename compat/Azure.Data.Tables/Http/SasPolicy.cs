using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Http;

/// <summary>Appends the signature as it is now to each attempt's query: it may have been renewed since the last one.</summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var uri = message.Request.Uri;
        if (!message.TryGetProperty(typeof(SasPolicy), out var first) || first is not string unsigned)
        {
            unsigned = uri.Query ?? "";
            message.SetProperty(typeof(SasPolicy), unsigned);
        }
        uri.Query = $"{unsigned}{(unsigned.Length > 0 ? '&' : '?')}{credential.Signature.TrimStart('?')}";
    }
}
