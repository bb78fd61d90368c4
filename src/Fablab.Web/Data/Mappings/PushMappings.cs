using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class PushSubscriptionMapping : IEntityTypeConfiguration<PushSubscriptionRow>
{
    public void Configure(EntityTypeBuilder<PushSubscriptionRow> builder)
    {
        builder.Property(subscription => subscription.Browser).HasMaxLength(200);
        builder.Property(subscription => subscription.EndpointHash).HasMaxLength(64);
        builder.HasIndex(subscription => subscription.EndpointHash).IsUnique();
        builder.HasIndex(subscription => subscription.Member);
    }
}

internal sealed class PushMapping : IEntityTypeConfiguration<PushRow>
{
    public void Configure(EntityTypeBuilder<PushRow> builder)
    {
        builder.HasIndex(push => push.DueAt);
        builder.HasIndex(push => new { push.Notice, push.Subscription }).IsUnique();
        builder.HasOne<NoticeRow>().WithMany().HasForeignKey(push => push.Notice).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<PushSubscriptionRow>().WithMany().HasForeignKey(push => push.Subscription).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PushKeyMapping : IEntityTypeConfiguration<PushKeyRow>
{
    public void Configure(EntityTypeBuilder<PushKeyRow> builder) => builder.Property(key => key.Id).ValueGeneratedNever();
}
